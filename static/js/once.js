/**
 * `data-once` on a submit button or its form: a second press before the answer is dropped. `aria-disabled` keeps
 * the focus on the button, which `disabled` would lose. The server refuses doubles by itself too.
 */
const busy = new Set();
const isBusy = (button) => busy.has(button);
const settling = new WeakSet();
const REACTION = 350; // ms: nobody sees a button change and holds the hand back faster

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

// Run takes the place of Stop when an answer ends: a click that was meant for Stop must not pay for another answer.
document.addEventListener('htmx:load', ({ target }) => {
  const run = target.matches?.('.run-bar') && target.querySelector('[data-key="run"]');
  if (!run) return;
  settling.add(run);
  run.setAttribute('aria-disabled', 'true');
  setTimeout(() => {
    settling.delete(run);
    if (!isBusy(run)) run.removeAttribute('aria-disabled');
  }, REACTION);
});

function drop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// The second click of a double click, and a key held down, were meant for the button that stood there before:
// Stop takes the place of Run.
addEventListener('click', (event) => {
  const button = event.target.closest?.('button');
  const isPointer = event.detail > 0;
  if (isBusy(button) || (isPointer && settling.has(button))) drop(event);
  else if (event.detail > 1 && isGuarded(button)) drop(event);
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
