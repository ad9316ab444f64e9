/**
 * `<wb-dialog for="id"><button>…</button></wb-dialog>` opens that `<dialog>`, with `data-now` as soon as it is on
 * the page; `[data-close]` in it closes. `<data data-restores="id" value>` in it gives a field its old value then,
 * and `data-back="id"` on it says what gets the focus when what had it before is gone.
 */
class WbDialog extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', this);
    if ('now' in this.dataset) this.#open();
  }

  handleEvent(event) {
    if (event.target.closest('button')) this.#open();
  }

  #open() {
    document.getElementById(this.getAttribute('for'))?.showModal();
  }
}

customElements.define('wb-dialog', WbDialog);

document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-close]')) event.target.closest('dialog')?.close();
  // A press on the shade behind a dialog lands on the dialog element itself.
  if (event.target.nodeName === 'DIALOG' && isOutside(event, event.target.getBoundingClientRect())) event.target.close();
});

// A server answer that is the end of a dialog says so with `HX-Trigger-After-Swap: dialog-over`.
document.addEventListener('dialog-over', ({ target }) => target.closest?.('dialog')?.close());

document.addEventListener('close', ({ target }) => {
  // What had the focus before may have been drawn anew since: then it is nowhere, or still in here.
  const focused = document.activeElement;
  if (focused === document.body || target.contains(focused)) document.getElementById(target.dataset.back)?.focus();
  for (const { dataset, value } of target.querySelectorAll('data[data-restores]')) {
    const field = document.getElementById(dataset.restores);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}, true); // the event of a dialog does not bubble

const isOutside = ({ clientX: x, clientY: y }, box) => x < box.left || x > box.right || y < box.top || y > box.bottom;
