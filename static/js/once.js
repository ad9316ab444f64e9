/**
 * `data-once` on a submit button or its form: a second press before the answer is dropped. `aria-disabled` keeps
 * the focus on the button, which `disabled` would lose. The server refuses doubles by itself too.
 */
const isBusy = (button) => button?.getAttribute('aria-disabled') === 'true';
const busy = new Set();

const isGuarded = (button) => button instanceof HTMLButtonElement
  && ('once' in button.dataset || 'once' in (button.form?.dataset ?? {}));

function hold(button) {
  if (!isGuarded(button)) return;
  busy.add(button);
  button.setAttribute('aria-disabled', 'true');
}

function letGo({ target } = {}) {
  for (const button of busy) {
    // An htmx request of something else does not free this button.
    if (target instanceof Element && button !== target && button.form !== target && button.isConnected) continue;
    button.removeAttribute('aria-disabled');
    busy.delete(button);
  }
}

function drop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// The second click of a double click, and a key held down, were meant for the button that stood there before:
// Stop takes the place of Run.
addEventListener('click', (event) => {
  const button = event.target.closest?.('button');
  if (isBusy(button) || (event.detail > 1 && isGuarded(button))) drop(event);
}, true);
addEventListener('keydown', (event) => {
  if (event.repeat && event.key === 'Enter' && isGuarded(event.target)) drop(event);
}, true);
addEventListener('submit', (event) => {
  if (isBusy(event.submitter)) drop(event);
  else hold(event.submitter);
}, true);
document.addEventListener('htmx:beforeRequest', (event) => hold(event.target));
document.addEventListener('htmx:afterRequest', letGo);
document.addEventListener('htmx:validation:halted', letGo);
addEventListener('pageshow', () => letGo());
