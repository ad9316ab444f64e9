/**
 * `<wb-text-file for="id"><input type="file"></wb-text-file>`: a chosen text file, or one that is dropped on the
 * `.variable` around it, becomes the value of the field with that id. Nothing is uploaded.
 */
import { say } from '../uploads.js';

const LARGEST = 1_000_000; // bytes
const utf8 = new TextDecoder('utf-8', { fatal: true });

class WbTextFile extends HTMLElement {
  #stop;

  connectedCallback() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.addEventListener('change', ({ target }) => {
      this.#read(target.files[0]);
      target.value = '';
    }, { signal });
    this.closest('.variable').addEventListener('drop', ({ dataTransfer }) => this.#read(dataTransfer.files[0]), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  async #read(file) {
    if (!file) return;
    if (file.size > LARGEST) return say(`${file.name} is larger than 1 MB: take a smaller file, or attach it to a turn.`);
    try {
      this.#fill(utf8.decode(await file.arrayBuffer()));
    } catch {
      say(`${file.name} is no UTF-8 text: save it as UTF-8, or paste its text.`);
    }
  }

  #fill(text) {
    if (text.includes('\0')) throw new TypeError('no text');
    const field = document.getElementById(this.getAttribute('for'));
    field.focus();
    field.setRangeText(text, 0, field.value.length, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

customElements.define('wb-text-file', WbTextFile);
