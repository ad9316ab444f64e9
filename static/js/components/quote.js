/**
 * `<wb-quote for="id"><button hidden>` offers its button at words that are selected within one turn or the system
 * prompt, and quotes them in a field, which works without it too.
 */
class WbQuote extends HTMLElement {
  connectedCallback() {
    document.addEventListener('selectionchange', this);
    this.addEventListener('mousedown', (event) => event.preventDefault()); // the selection stays
    this.addEventListener('click', this);
  }

  disconnectedCallback() {
    document.removeEventListener('selectionchange', this);
  }

  handleEvent({ type }) {
    const [button] = this.children;
    const selection = getSelection();
    if (type === 'click') {
      const field = document.getElementById(this.getAttribute('for'));
      field.value = selection.toString().trim();
      field.form.elements.text.focus();
      selection.removeAllRanges();
      return;
    }
    const range = selection.isCollapsed ? null : selection.getRangeAt(0);
    const isInTurn = range && range.commonAncestorContainer.parentElement?.closest('.turn');
    button.hidden = !isInTurn;
    if (!isInTurn) return;
    const { left, bottom } = range.getBoundingClientRect();
    button.style.left = `${Math.min(left, innerWidth - button.offsetWidth - 8)}px`;
    button.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - button.offsetHeight - 8))}px`;
  }
}

customElements.define('wb-quote', WbQuote);
