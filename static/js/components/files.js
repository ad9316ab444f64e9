/**
 * `<wb-files for="turn-1">` around an `<input type="file" multiple>` whose `change` htmx posts: files that are
 * dropped on its parent or pasted into a text there fill the same input. After a long paste it shows the
 * `.notice` of `<template id="long-text">`, where `data-keep` sends the pasted text as a file.
 */
import { say, waitFor } from '../uploads.js';

const LONG = 40_000; // characters
const WAIT = 'Files are still on their way. Attach these when they have arrived.';
const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files');

// Beside those places the browser would open the file, and leave the page for it.
for (const type of ['dragover', 'drop']) {
  addEventListener(type, (event) => { if (hasFiles(event)) event.preventDefault(); });
}

class WbFiles extends HTMLElement {
  #stop;
  #isBusy = false; // files are on their way
  #isTaken = false; // those in the input are among them
  #pasted; // { field, text, at } of a long paste

  connectedCallback() {
    this.#stop = new AbortController();
    const place = this.parentElement;
    place.dataset.files = '';
    const on = (type, handler) => place.addEventListener(type, (event) => {
      if (event.target.closest('[data-files]') === place) handler(event); // a place may lie inside another
    }, { signal: this.#stop.signal });
    on('dragover', (event) => place.toggleAttribute('data-over', hasFiles(event)));
    on('dragleave', () => place.removeAttribute('data-over'));
    on('drop', ({ dataTransfer }) => { place.removeAttribute('data-over'); this.#take(dataTransfer.files); });
    on('paste', (event) => this.#paste(event));
    on('click', ({ target }) => { if (this.#notice?.contains(target.closest('button'))) this.#decide(target); });
    on('change', ({ target }) => { if (target === this.#input) this.#changed(); });
    on('htmx:beforeSend', ({ target, detail }) => { if (target === this.#input) this.#sending(detail.xhr); });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  get #input() {
    return this.querySelector('input');
  }

  get #notice() {
    return this.querySelector('.notice');
  }

  #take(files) {
    if (!files.length) return;
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    this.#input.files = all.files;
    this.#input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  #paste(event) {
    const text = event.clipboardData.getData('text/plain').replace(/\r\n?/g, '\n');
    if (text.length > LONG) {
      this.#pasted = { field: event.target, text };
      if (!this.#notice) this.lastElementChild.append(document.getElementById('long-text').content.cloneNode(true));
    } else if (!text && event.clipboardData.files.length) {
      event.preventDefault();
      this.#take(event.clipboardData.files);
    }
  }

  #decide(button) {
    const { field, text } = this.#pasted;
    const isKept = button.closest('[data-keep]') !== null;
    if (isKept && this.#isBusy) return say(WAIT);
    this.#notice.remove();
    field.focus();
    if (!isKept) return;
    this.#pasted.at = field.value.indexOf(text);
    if (this.#pasted.at >= 0) write(field, '', this.#pasted.at, text.length);
    this.#take([new File([text], 'Pasted text.txt', { type: 'text/plain' })]);
  }

  /** By now htmx has sent the files or, while others were on their way, dropped them. */
  #changed() {
    this.#input.value = ''; // or every later post of the form would carry them
    if (!this.#isTaken) say(WAIT);
    this.#isTaken = false;
  }

  /** A text alone becomes one of several blocks, drawn anew: what is typed into it meanwhile would be gone. */
  #sending(xhr) {
    waitFor(xhr, this.#input.form);
    const text = document.getElementById(`${this.getAttribute('for')}-text`);
    this.#isTaken = this.#isBusy = true;
    if (text) text.readOnly = true;
    const sent = ({ detail }) => {
      if (detail.xhr !== xhr) return; // the element of the event is another one when ours was drawn anew
      document.removeEventListener('htmx:afterRequest', sent);
      if (text) text.readOnly = false;
      this.#sent(detail.successful);
    };
    document.addEventListener('htmx:afterRequest', sent);
  }

  #sent(isKept) {
    this.#isBusy = false;
    if (!isKept && this.#pasted?.at >= 0) write(this.#pasted.field, this.#pasted.text, this.#pasted.at, 0);
    this.#pasted = null;
  }
}

function write(field, text, at, length) {
  field.setRangeText(text, at, at + length, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

customElements.define('wb-files', WbFiles);
