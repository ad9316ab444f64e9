/**
 * While files are on their way, a press that sends the whole prompt away (Run, Save, Compare, results of tools)
 * waits for them: it would go without them. When they are refused it is dropped: that has to be read first.
 */
const WAIT = 'Files are still on their way. This goes on when they have arrived.';
const uploads = new Map(); // request -> the form that the files belong to
const presses = new Set(); // buttons

/** Makes the presses that send `form` away wait for the answer to `xhr`. */
export function waitFor(xhr, form) {
  uploads.set(xhr, form);
  // Behind the listeners of htmx, which put the new blocks into the form.
  xhr.addEventListener('loadend', () => {
    uploads.delete(xhr);
    if (xhr.status < 200 || xhr.status >= 400) presses.clear();
    if (!uploads.size) goOn();
  });
}

/** Says `text` politely. */
export function say(text) {
  document.dispatchEvent(new CustomEvent('toast', { detail: { text } }));
}

function goOn() {
  const waiting = [...presses];
  presses.clear();
  for (const button of waiting) button.click();
}

/** The buttons in a form change it; those beside it send it, as their own or as what they include. */
function sendsAway(button, form) {
  if (button.type !== 'submit' || form.contains(button)) return false;
  const including = [button, button.form].map((each) => each?.getAttribute('hx-include'));
  return button.form === form || including.includes(`#${form.id}`);
}

addEventListener('click', (event) => {
  const button = event.target.closest?.('button');
  if (!button || ![...uploads.values()].some((form) => sendsAway(button, form))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!presses.has(button)) say(WAIT);
  presses.add(button);
}, true);
