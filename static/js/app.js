/** The only script of ours that pages name. htmx and its SSE extension are loaded before it. */
import './stream.js';
import './patch.js';
import './csrf.js';
import './focus.js';
import './keys.js';
import './once.js';
import './components/autosave.js';
import './components/copy.js';
import './components/dialog.js';
import './components/drop.js';
import './components/editor.js';
import './components/estimate.js';
import './components/files.js';
import './components/fold.js';
import './components/follow.js';
import './components/live-status.js';
import './components/palette.js';
import './components/quote.js';
import './components/make-variable.js';
import './components/seconds.js';
import './components/text-file.js';
import './components/theme.js';
import './components/time.js';
import './components/toasts.js';
import './components/unsaved.js';

// In one column the answer lies below the editor: a new run brings it into view. (`htmx:afterSwap` would also name
// the pane when a button of the form has put nothing into it.)
document.addEventListener('htmx:load', ({ target }) => {
  const isBelow = target.id === 'response' && target.getBoundingClientRect().top > innerHeight * 0.7;
  if (isBelow) target.scrollIntoView();
});

// The page and its tab are called as the prompt is.
document.addEventListener('draft-kept', () => {
  const name = document.getElementById('prompt-name')?.value || 'Untitled';
  document.title = `${name} · Workbench`;
  document.getElementById('page-heading').textContent = `Workbench: ${name}`;
});

// What kept a run from being sent is no longer said when none of the places it names says anything.
document.addEventListener('draft-kept', () => {
  const notice = document.querySelector('#not-run > [data-slots]');
  const slots = notice?.dataset.slots.split(' ').filter(Boolean) ?? [];
  const isMended = (id) => document.getElementById(id)?.textContent.trim() === '';
  if (slots.length && slots.every(isMended)) notice.remove();
});

// The navigation is a popover on narrow screens only: an open one would stay on top of a wide page.
matchMedia('(width > 1200px)').addEventListener('change', () => {
  const nav = document.getElementById('nav');
  if (nav?.matches(':popover-open')) nav.hidePopover();
});
