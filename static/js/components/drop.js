/** `<wb-drop>` around a form: a file that is dropped anywhere on it goes into its `<input type="file">`. */
class WbDrop extends HTMLElement {
  connectedCallback() {
    for (const type of ['dragover', 'dragleave', 'drop']) this.addEventListener(type, this);
  }

  handleEvent({ type, dataTransfer }) {
    this.toggleAttribute('data-over', type === 'dragover' && dataTransfer.types.includes('Files'));
    if (type !== 'drop' || !dataTransfer.files.length) return;
    const input = this.querySelector('input[type="file"]');
    input.files = dataTransfer.files;
    input.focus();
  }
}

customElements.define('wb-drop', WbDrop);
