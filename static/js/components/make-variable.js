/**
 * `<wb-make-variable for="form"><button hidden>…</button><dialog>…</dialog></wb-make-variable>`: the button stands
 * in the `<wb-editor>` of that form in which text is selected. It asks for a name, puts `{{NAME}}` in place of the
 * selection, of its other occurrences too if wanted, and declares the variable with that text as its value.
 */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;
const MARKERS = /(\{\{[A-Za-z_][A-Za-z0-9_-]{0,99}\}\})/;
const UNDOABLE = 50_000; // characters; beyond it the browser takes seconds to insert a text so that it can undo it

class WbMakeVariable extends HTMLElement {
  #stop;
  #button;
  #field; // the text that holds the selection
  #text; // what is selected

  connectedCallback() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#button = this.querySelector('button');
    for (const type of ['selectionchange', 'focusin']) document.addEventListener(type, () => this.#follow(), { signal });
    this.#button.addEventListener('click', () => this.#ask(), { signal });
    this.querySelector('form').addEventListener('submit', (event) => this.#make(event), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.#button.remove();
  }

  get #form() { return document.getElementById(this.getAttribute('for')); }

  get #dialog() { return this.querySelector('dialog'); }

  get #all() { return [...this.#form.querySelectorAll('wb-editor > textarea')]; }

  #follow() {
    const field = document.activeElement;
    if (field === this.#button || this.#dialog.open) return;
    const holdsSelection = this.#all.includes(field) && !field.readOnly && field.selectionStart < field.selectionEnd;
    this.#button.hidden = !holdsSelection;
    if (!holdsSelection) return;
    this.#field = field;
    if (this.#button.parentElement !== field.parentElement) field.parentElement.append(this.#button);
  }

  #ask() {
    const { value, selectionStart, selectionEnd } = this.#field;
    this.#text = value.slice(selectionStart, selectionEnd);
    const around = [value.slice(0, selectionStart), value.slice(selectionEnd)];
    const texts = [...around, ...this.#all.filter((each) => each !== this.#field).map((each) => each.value)];
    const others = texts.reduce((sum, text) => sum + replaced(text, this.#text, '')[1], 0);
    const check = this.querySelector('.check');
    check.hidden = others === 0;
    check.querySelector('span').textContent = `Also at ${others === 1 ? 'the other place' : `the ${others.toLocaleString('en')} other places`} with the same text`;
    this.#complain('');
    this.#dialog.showModal();
    const name = this.querySelector('input');
    name.value = suggested(this.#text);
    name.select();
  }

  #make(event) {
    const name = this.querySelector('input').value.trim();
    const row = [...this.#form.querySelectorAll('[data-variable]')].find((each) => each.dataset.variable === name);
    const value = row?.querySelector('textarea');
    const isTaken = value?.value && value.value !== this.#text;
    if (!NAME.test(name)) this.#complain(`“${name.slice(0, 100)}” cannot name a variable: use up to 100 letters, digits, _ and -, beginning with a letter or _.`);
    else if (isTaken) this.#complain(`{{${name}}} has another value already: choose another name.`);
    if (!NAME.test(name) || isTaken) return event.preventDefault();
    this.#dialog.close();
    this.#replace(`{{${name}}}`);
    this.#declare(name, value);
  }

  #replace(marker) {
    const field = this.#field;
    const { value, selectionStart: start, selectionEnd: end } = field;
    const isEverywhere = this.querySelector('[type="checkbox"]').checked;
    const inPlace = (text) => (isEverywhere ? replaced(text, this.#text, marker)[0] : text);
    for (const each of isEverywhere ? this.#all : []) {
      const [text, count] = replaced(each.value, this.#text, marker);
      if (each !== field && count) put(each, 0, each.value.length, text);
    }
    const [head, tail] = [inPlace(value.slice(0, start)), inPlace(value.slice(end))];
    const isAlone = head.length === start && tail.length === value.length - end;
    if (isAlone) put(field, start, end, marker);
    else put(field, 0, value.length, head + marker + tail);
    field.setSelectionRange(head.length + marker.length, head.length + marker.length);
  }

  #declare(name, value) {
    if (value) {
      value.value = this.#text;
      value.dispatchEvent(new Event('input', { bubbles: true }));
      return;
    }
    document.getElementById('new-variable').value = name;
    document.getElementById('new-variable-value').value = `${name}\n${this.#text}`;
    this.#form.querySelector('[name="declare"][value=""]').click();
  }

  #complain(sentence) {
    const place = this.querySelector('.field-error');
    place.hidden = !sentence;
    place.textContent = sentence;
    this.querySelector('input').ariaInvalid = String(Boolean(sentence));
  }
}

/** `text` with `marker` at each place of `part` outside of other markers, and the number of these. */
function replaced(text, part, marker) {
  let count = 0;
  const pieces = text.split(MARKERS).map((piece, place) => {
    if (place % 2) return piece;
    const around = piece.split(part);
    count += around.length - 1;
    return around.join(marker);
  });
  return [pieces.join(''), count];
}

/** Puts `text` there so that the browser's undo takes it back, where that is possible. */
function put(field, start, end, text) {
  field.focus();
  field.setSelectionRange(start, end);
  if (text.length < UNDOABLE && document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, start, end, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The first words of a text as a name. */
function suggested(text) {
  const words = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toUpperCase().match(/[A-Z0-9]+/g) ?? [];
  const name = words.slice(0, 4).join('_').slice(0, 40);
  return /^[A-Z]/.test(name) ? name : `TEXT${name && `_${name}`}`;
}

customElements.define('wb-make-variable', WbMakeVariable);
