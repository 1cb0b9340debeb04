/** Marks and chips for live rows, cloned from the page's <template id="marks">, so that the server draws them all. */
const box = document.getElementById("marks");

/** A copy of the mark called `name`, or an empty fragment when the page has none. */
export function mark(name) {
  const found = box?.content.querySelector(`[data-mark="${CSS.escape(name)}"]`);
  const copy = document.createDocumentFragment();
  if (found) copy.append(...[...found.cloneNode(true).childNodes]);
  return copy;
}

/** Put `content` (text or node) into the slot called `name` of `row`. */
export function fill(row, name, content) {
  row.querySelector(`[data-slot="${name}"]`)?.replaceChildren(content);
}
