/**
 * What the phone keeps while the session lasts: words not yet sent, and the task as last seen. In IndexedDB, so that it
 * survives a reload and a restart; of one person; bounded in number and age; dropped at sign-out (js/leaving.js drops
 * every database whose name begins with "anning-"). Where the browser keeps nothing, it holds for this page.
 */
const NAME = "anning-unit";
const LONGEST_MS = 12 * 3600_000;
/** No more words than these wait; the next is refused, so that the crew uses the radio. */
export const MOST = 100;

let opening = null;
let lasting = true;
const memory = { words: new Map(), kept: new Map(), next: 1 };

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("words", { keyPath: "seq", autoIncrement: true });
      request.result.createObjectStore("kept");
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      // Somebody signs out: from here on this page holds what it has itself, so that nothing is made anew behind it.
      request.result.onversionchange = () => { request.result.close(); lasting = false; };
      resolve(request.result);
    };
  });
  return opening;
}

async function work(name, mode, act, otherwise) {
  if (!lasting) return otherwise();
  let database;
  try {
    database = await open();
  } catch {
    lasting = false;
    return otherwise();
  }
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

const count = () => { try { localStorage.setItem("anning-unsent", String(counted)); } catch { /* only a warning is lost */ } };
let counted = 0;

/** Whether what is kept outlives the page. */
export const keeps = () => lasting;

/** Words in the order they were said. One too old is not sent any more but shown, and gone a while later. */
export async function all() {
  const words = await work("words", "readonly", (store) => store.getAll(), () => [...memory.words.values()]);
  const age = (word) => Date.now() - word.made;
  for (const word of words.filter((one) => age(one) > 2 * LONGEST_MS)) await drop(word.seq);
  for (const word of words.filter((one) => age(one) > LONGEST_MS && !one.refused)) await change(Object.assign(word, { refused: "old" }));
  const held = words.filter((word) => age(word) <= 2 * LONGEST_MS);
  counted = held.filter((word) => !word.refused).length;
  count();
  return held;
}

export async function add(word) {
  if ((await all()).length >= MOST) throw new RangeError("full");
  const seq = await work("words", "readwrite", (store) => store.add(word), () => memory.words.set(memory.next, { ...word, seq: memory.next }) && memory.next++);
  return { ...word, seq };
}

export const change = (word) => work("words", "readwrite", (store) => store.put(word), () => memory.words.set(word.seq, word));
export const drop = (seq) => work("words", "readwrite", (store) => store.delete(seq), () => memory.words.delete(seq));
export const keep = (key, value) => work("kept", "readwrite", (store) => store.put(value, key), () => memory.kept.set(key, value));
export const kept = (key) => work("kept", "readonly", (store) => store.get(key), () => memory.kept.get(key));

/** Drop everything when it is somebody else's. */
export async function own(owner) {
  const before = await kept("owner");
  if (before !== undefined && before !== owner) {
    await work("words", "readwrite", (store) => store.clear(), () => memory.words.clear());
    await work("kept", "readwrite", (store) => store.clear(), () => memory.kept.clear());
  }
  await keep("owner", owner);
}
