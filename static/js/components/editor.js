/**
 * `<wb-editor><textarea></textarea></wb-editor>`: a layer behind the field marks `{{NAME}}`, names that
 * the form declares (`data-variable="NAME"`) one way and others another. The field stays a plain
 * textarea. The layer also gives the field its height where `field-sizing` is missing.
 */
const MARKER = /\{\{([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}/g;
const LIMIT = 64_000; // characters; beyond it one key press would cost more than a frame

class WbEditor extends HTMLElement {
  #field;
  #layer;
  #note;
  #frame = 0;
  #stop;

  connectedCallback() {
    this.#field = this.querySelector('textarea');
    if (!this.#field) return;
    this.#layer = document.createElement('div');
    this.#layer.className = 'editor-layer';
    this.#layer.ariaHidden = 'true';
    this.prepend(this.#layer);
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#field.addEventListener('input', () => this.#later(), { signal });
    this.#field.addEventListener('scroll', () => this.#follow(), { signal, passive: true });
    // Variables may have been declared or removed by the server's answer.
    document.addEventListener('htmx:afterSettle', () => this.#later(), { signal });
    document.addEventListener('variables-changed', () => this.#later(), { signal });
    // The browser may put back what was typed after this element has started.
    window.addEventListener('pageshow', () => this.#later(), { signal });
    this.#draw();
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
    this.#stop?.abort();
    this.#layer?.remove();
    this.#note?.remove();
    this.#note = undefined;
  }

  #later() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const text = this.#field.value;
    const large = text.length > LIMIT;
    this.toggleAttribute('data-large', large);
    this.#tell(large);
    // The space gives an empty last line its height.
    this.#layer.replaceChildren(...(large ? [] : marked(text, this.#declared())), ' ');
    this.#follow();
  }

  #declared() {
    const around = this.closest('form') ?? document;
    return new Set([...around.querySelectorAll('[data-variable]')].map((element) => element.dataset.variable));
  }

  #tell(large) {
    if (large && !this.#note) {
      this.#note = document.createElement('p');
      this.#note.className = 'editor-note';
      this.#note.textContent = 'Variables are not marked in texts above 64,000 characters. They still work.';
      this.append(this.#note);
    } else if (!large) {
      this.#note?.remove();
      this.#note = undefined;
    }
  }

  #follow() {
    this.#layer.scrollTop = this.#field.scrollTop;
  }
}

/** The text as strings and `<mark>` elements. */
function marked(text, declared) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(MARKER)) {
    const mark = document.createElement('mark');
    mark.textContent = match[0];
    if (!declared.has(match[1])) mark.className = 'undeclared';
    parts.push(text.slice(end, match.index), mark);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

customElements.define('wb-editor', WbEditor);
