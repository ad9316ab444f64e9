/**
 * The keys of every page. `data-key="run"` and `data-key="save"` name the buttons that Ctrl/Cmd+Enter
 * and Ctrl/Cmd+S press, of an open dialog those in it alone; `?` opens the list of keys and can be switched off there (WCAG 2.1.4).
 */
const HELP_OFF = 'help-key-off';

const press = (name) => {
  const place = document.querySelector('dialog[open]') ?? document;
  const button = place.querySelector(`[data-key="${name}"]:not(:disabled)`);
  // click() and not requestSubmit(): it also reaches a button that carries its own hx-post.
  button?.click();
  return Boolean(button);
};

export const isTyping = (target) => target instanceof Element
  && target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]') !== null;

function openHelp() {
  const dialog = document.getElementById('keys');
  if (!dialog || document.querySelector('dialog[open]')) return;
  dialog.showModal();
}

document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.defaultPrevented || event.repeat || event.altKey) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === 'Enter' && press('run')) event.preventDefault();
  else if (command && event.key.toLowerCase() === 's' && !event.shiftKey && press('save')) event.preventDefault();
  else if (event.key === '?' && !event.ctrlKey && !event.metaKey && !isTyping(event.target)
    && !localStorage.getItem(HELP_OFF)) {
    event.preventDefault();
    openHelp();
  }
});

const choice = document.querySelector('[data-help-key]');
if (choice) {
  choice.checked = !localStorage.getItem(HELP_OFF);
  choice.addEventListener('change', () => {
    if (choice.checked) localStorage.removeItem(HELP_OFF);
    else localStorage.setItem(HELP_OFF, '1');
  });
}

// On an Apple keyboard the key is called differently.
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  document.querySelectorAll('[data-modifier]').forEach((key) => { key.textContent = '⌘'; });
}
