/*
 * Asks whoever is signed in, in time before they are signed out, whether they want to stay; and says so when they were.
 * What is typed is left as it is. Without JavaScript the line at the top of the page says until when one stays signed in,
 * and a form that is sent too late is kept.
 */
(function () {
  'use strict';

  var dialog = document.getElementById('session-end');
  if (!dialog || !dialog.showModal) { return; }

  var lookEvery = 5000; // milliseconds; a machine that slept is noticed by this
  var warn = Number(dialog.dataset.warn) * 1000;
  var state = { end: Date.now() + Number(dialog.dataset.seconds) * 1000, words: dialog.querySelector('[data-ends]').textContent, last: dialog.hasAttribute('data-last') };
  var dismissed = ''; // the warning or the news that was closed
  // One tab that stays signed in keeps all of them so.
  var tabs = 'BroadcastChannel' in window ? new BroadcastChannel('signed-in') : null;

  function show(name, on) {
    dialog.querySelectorAll('[' + name + ']').forEach(function (part) { part.hidden = !on; });
  }

  function look() {
    var left = state.end - Date.now(), ended = left <= 0;
    var news = (ended ? 'ended ' : 'ends ') + state.end;
    if (left > warn) {
      if (dialog.open) { dialog.close(); }
      return;
    }
    if (dialog.dataset.news === news && dialog.open || dismissed === news) { return; }
    dialog.dataset.news = news;
    dialog.querySelectorAll('[data-ends]').forEach(function (place) { place.textContent = state.words; });
    show('data-failed', false);
    show('data-before', !ended);
    show('data-after', ended);
    show('data-may-stay', !ended && !state.last);
    show('data-may-not', !ended && state.last);
    show('data-close', ended || state.last);
    // Opened anew, it is read out anew; the focus goes back where it was when it is closed.
    if (dialog.open) { dialog.close(); }
    dialog.showModal();
  }

  function renew(said) {
    state = said;
    var line = document.querySelector('.session-line');
    if (line) { line.textContent = line.textContent.replace(/\d\d:\d\d/, said.words); }
    look();
  }

  dialog.addEventListener('submit', function (event) {
    if (!event.target.hasAttribute('data-may-stay')) { return; }
    event.preventDefault();
    fetch(event.target.action, { method: 'POST', credentials: 'same-origin', headers: { Accept: 'application/json' } }).then(function (answer) {
      if (answer.status === 403) { // it ended meanwhile
        state.end = Date.now();
        look();
        return null;
      }
      if (!answer.ok) { throw new Error(answer.statusText); }
      return answer.json().then(function (said) {
        renew({ end: Date.now() + said.seconds * 1000, words: said.ends, last: said.last });
        if (tabs) { tabs.postMessage(state); }
      });
    }).catch(function () { show('data-failed', true); });
  });
  // Escape closes what has nothing to choose; a warning asks to be answered, and closing it is no answer that is lost.
  dialog.addEventListener('cancel', function () { dismissed = dialog.dataset.news; });
  dialog.querySelector('[data-close]').addEventListener('click', function () {
    dismissed = dialog.dataset.news;
    dialog.close();
  });

  if (tabs) {
    tabs.onmessage = function (event) { if (event.data.end > state.end) { renew(event.data); } };
    tabs.postMessage(state);
  }
  document.addEventListener('visibilitychange', look);
  setInterval(look, lookEvery);
  look();
})();
