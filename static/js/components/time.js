/**
 * `<wb-time format="datetime|date|clock"><time datetime="…Z">…</time></wb-time>`: the server's UTC text
 * becomes the time of the browser's zone, in the same form; the title holds it to the second with
 * the offset.
 */
const DATE = { day: 'numeric', month: 'short', year: 'numeric' };
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const FORMATS = { datetime: { ...DATE, ...CLOCK }, date: DATE, clock: CLOCK };
const FULL = { ...DATE, ...CLOCK, month: 'long', second: '2-digit', timeZoneName: 'longOffset' };

const show = (moment, options) => new Intl.DateTimeFormat('en-GB', options).format(moment);

class WbTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector('time');
    const moment = new Date(time?.dateTime ?? '');
    if (Number.isNaN(moment.getTime())) return;
    time.textContent = show(moment, FORMATS[this.getAttribute('format')] ?? FORMATS.datetime);
    time.title = show(moment, FULL);
  }
}

customElements.define('wb-time', WbTime);
