/** `<wb-dialog for="id"><button>…</button></wb-dialog>` opens that `<dialog>`; `[data-close]` in it closes. */
class WbDialog extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', this);
  }

  handleEvent(event) {
    if (event.target.closest('button')) document.getElementById(this.getAttribute('for'))?.showModal();
  }
}

customElements.define('wb-dialog', WbDialog);

document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-close]')) event.target.closest('dialog')?.close();
  // A press on the shade behind a dialog lands on the dialog element itself.
  if (event.target.nodeName === 'DIALOG' && isOutside(event, event.target.getBoundingClientRect())) event.target.close();
});

const isOutside = ({ clientX: x, clientY: y }, box) => x < box.left || x > box.right || y < box.top || y > box.bottom;
