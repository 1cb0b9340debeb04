/**
 * Walk a question tree by keyboard: number keys answer, Backspace goes back.
 *
 * <div class="protocol" data-protocol data-source="id of a JSON block" data-field="id of the hidden input for the answers">, with JSON
 *   {"id", "title", "start", "questions": {id: {"text", "advice", "answers": [{"id", "text", "next" (id or null), "advice",
 *    "category", "priority", "capabilities": [..], "flags": [..]}]}}}, texts in the reader's language.
 * Each answer may set the form's `category`, `priority`, `capabilities` and `flags` (checkboxes, radios, selects, hidden fields); going back unsets
 * them. The hidden input gets [{"question", "answer"}…] as JSON. Dispatches `anning:protocol` {answers, result, done}.
 */
import { typing } from "./shortcuts.js";
import { say } from "./words.js";

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** What the answers so far come to: later answers win for category, the most urgent priority wins, lists add up. */
export function outcome(tree, path) {
  const result = { category: null, priority: null, capabilities: new Set(), flags: new Set(), advice: [] };
  for (const step of path) {
    const answer = tree.questions[step.question].answers.find((one) => one.id === step.answer);
    result.category = answer.category ?? result.category;
    if (answer.priority) result.priority = Math.min(answer.priority, result.priority ?? 9);
    (answer.capabilities ?? []).forEach((one) => result.capabilities.add(one));
    (answer.flags ?? []).forEach((one) => result.flags.add(one));
    if (answer.advice) result.advice.push(answer.advice);
  }
  return { ...result, capabilities: [...result.capabilities], flags: [...result.flags] };
}

class Protocol {
  constructor(element) {
    this.element = element;
    this.tree = JSON.parse(document.getElementById(element.dataset.source).textContent);
    this.field = document.getElementById(element.dataset.field ?? "");
    this.form = this.field?.form ?? element.closest("form");
    this.path = this.field?.value ? JSON.parse(this.field.value) : [];
    this.written = new Map();
    element.tabIndex = -1;
    element.addEventListener("click", (event) => this.click(event));
    document.addEventListener("keydown", (event) => this.key(event));
    this.render(false);
  }

  get question() {
    const last = this.path.at(-1);
    if (!last) return this.tree.start;
    return this.tree.questions[last.question].answers.find((one) => one.id === last.answer).next ?? null;
  }

  key(event) {
    if (typing(event) || !this.element.isConnected) return;
    if (event.key === "Backspace" && this.path.length) { event.preventDefault(); this.back(); }
    const at = Number(event.key) - 1;
    const answers = this.question ? this.tree.questions[this.question].answers : [];
    if (Number.isInteger(at) && answers[at]) { event.preventDefault(); this.answer(answers[at].id); }
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.answer) this.answer(button.dataset.answer);
    else if ("back" in button.dataset) this.back();
    else if ("restart" in button.dataset) { this.path = []; this.render(true); }
  }

  answer(id) {
    this.path.push({ question: this.question, answer: id });
    this.render(true);
  }

  back() {
    this.path.pop();
    this.render(true);
  }

  render(focus) {
    const result = outcome(this.tree, this.path);
    const parts = [this.crumbs(), this.advice(result), this.question ? this.ask() : this.done(result), this.tools()];
    this.element.replaceChildren(...parts.filter(Boolean));
    this.write(result);
    if (focus) this.element.querySelector("[data-answer], [data-restart]")?.focus({ preventScroll: true });
    this.element.dispatchEvent(new CustomEvent("anning:protocol", { bubbles: true, detail: { answers: this.path, result, done: !this.question } }));
  }

  crumbs() {
    if (!this.path.length) return null;
    const list = make("ol", "protocol__crumbs");
    for (const step of this.path) {
      const question = this.tree.questions[step.question];
      const line = make("li");
      line.append(make("span", "", question.text), make("b", "", question.answers.find((one) => one.id === step.answer).text));
      list.append(line);
    }
    return list;
  }

  ask() {
    const question = this.tree.questions[this.question];
    const box = make("div", "stack");
    const card = make("div", "protocol__ask");
    card.setAttribute("aria-live", "polite");
    card.append(make("small", "", say("protocol_question", { number: this.path.length + 1 })), make("h3", "", question.text));
    const answers = make("div", "protocol__answers");
    question.answers.forEach((answer, i) => {
      const button = make("button");
      button.type = "button";
      button.dataset.answer = answer.id;
      button.append(make("kbd", "", String(i + 1)), make("span", "", answer.text));
      answers.append(button);
    });
    box.append(card, answers);
    return box;
  }

  advice(result) {
    const lines = [this.question && this.tree.questions[this.question].advice, ...result.advice.slice().reverse()].filter(Boolean);
    if (!lines.length) return null;
    const box = make("div", "protocol__say");
    box.setAttribute("role", "status");
    box.append(make("h3", "", say("protocol_say")), ...lines.map((line) => make("p", "", line)));
    return box;
  }

  done(result) {
    const box = make("div", "protocol__result");
    box.setAttribute("role", "status");
    box.append(make("span", "", say("protocol_done")));
    if (result.priority) {
      const mark = make("span", `pri pri--${result.priority}`, String(result.priority));
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", say("priority", { priority: result.priority }));
      box.append(mark);
    }
    return box;
  }

  tools() {
    if (!this.path.length) return null;
    const row = make("div", "row");
    const tool = (name, text, key) => {
      const button = make("button", "btn btn--sm btn--quiet", text);
      button.type = "button";
      button.dataset[name] = "";
      if (key) button.append(make("kbd", "", key));
      row.append(button);
    };
    tool("back", say("protocol_back"), "⌫");
    tool("restart", say("protocol_restart"));
    return row;
  }

  /** Write the outcome into the form; what an earlier outcome wrote and this one does not is taken back. */
  write(result) {
    if (this.field) this.field.value = JSON.stringify(this.path);
    if (!this.form) return;
    for (const name of ["category", "priority"]) this.put(name, result[name]);
    for (const name of ["capabilities", "flags"]) this.tick(name, result[name]);
  }

  put(name, value) {
    const field = this.form.elements[name];
    if (!field || (value === null && !this.written.has(name))) return;
    const before = this.written.get(name) ?? field.value;
    if (field instanceof RadioNodeList) field.forEach((radio) => { radio.checked = radio.value === String(value ?? before); });
    else field.value = String(value ?? before);
    if (value === null) this.written.delete(name); else this.written.set(name, before);
    (field instanceof RadioNodeList ? field[0] : field).dispatchEvent(new Event("change", { bubbles: true }));
  }

  tick(name, values) {
    const mine = this.written.get(name) ?? new Set();
    for (const box of this.form.querySelectorAll(`input[type="checkbox"][name="${name}"]`)) {
      const wanted = values.includes(box.value);
      if (wanted && !box.checked) { box.checked = true; mine.add(box.value); }
      if (!wanted && mine.has(box.value)) { box.checked = false; mine.delete(box.value); }
    }
    this.written.set(name, mine);
  }
}

/** Bring one [data-protocol] element to life. */
export function start(element) {
  return new Protocol(element);
}
