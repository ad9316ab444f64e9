/**
 * The focus while an answer is on its way. A new piece takes it (`autofocus`) from who waits for it, not from who
 * types in another field by now. A field that goes with what is drawn anew gives it to the one of its name, or to
 * the first new text where it stood: the browser would leave it nowhere.
 */
import { isTyping } from './keys.js';

const askedFrom = new WeakMap(); // request -> what had the focus when it was made
let isElsewhere = false; // somebody types where nothing of the answer belongs that is put in now

document.addEventListener('htmx:beforeRequest', ({ detail: { xhr } }) => askedFrom.set(xhr, document.activeElement));

document.addEventListener('htmx:beforeSwap', ({ detail: { xhr } }) => {
  const field = document.activeElement;
  if (!isTyping(field)) return;
  // A field that was made read-only meanwhile belongs to what is drawn anew: nothing could be typed there.
  isElsewhere = field !== askedFrom.get(xhr) && !field.readOnly;
  const around = ancestors(field);
  const old = new Set(document.querySelectorAll('textarea'));
  xhr.addEventListener('loadend', () => {
    isElsewhere = false;
    if (!field.isConnected) bringBack(field, around.find((each) => each.isConnected), old);
  });
});

document.addEventListener('htmx:oobBeforeSwap', ({ detail: { fragment } }) => {
  if (!isElsewhere) return;
  for (const piece of fragment.querySelectorAll('[autofocus]')) piece.removeAttribute('autofocus');
});

function ancestors(element) {
  const found = [];
  for (let each = element.parentElement; each; each = each.parentElement) found.push(each);
  return found;
}

function bringBack({ name }, around, old) {
  if (document.activeElement !== document.body) return; // a new piece has it, or the one of the same id
  const same = document.querySelector(`[name="${CSS.escape(name)}"]:not([type="hidden"])`);
  (same ?? [...around.querySelectorAll('textarea')].find((text) => !old.has(text)))?.focus();
}
