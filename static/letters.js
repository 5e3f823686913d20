/*
 * What officers' pages gain from JavaScript: the list of letters shows by itself what has been read, the review saves as
 * an officer types, and the words that a box was read from stand out among the pages beside it. Without JavaScript the
 * same is done by links and buttons.
 */
(function () {
  'use strict';

  var listWait = 2000; // between two looks at the list
  var saveWait = 2000; // after the last key
  var mostKept = 60000; // characters: browsers finish larger requests only while their page is shown

  function status(after) {
    var line = document.createElement('p');
    line.className = 'save-status';
    line.setAttribute('role', 'status');
    after.insertAdjacentElement('beforebegin', line);
    return line;
  }

  /* The list: look again as long as a letter is being read. What is focused or open in it stays so. */
  function renew(list, fresh) {
    var focused = list.contains(document.activeElement) && document.activeElement.getAttribute('href');
    var open = Array.from(list.querySelectorAll('details')).map(function (one) { return one.open; });
    fresh.querySelectorAll('details').forEach(function (one, i) { one.open = !!open[i]; });
    list.replaceWith(fresh);
    if (focused) {
      (fresh.querySelector('a[href="' + CSS.escape(focused) + '"]') || fresh.querySelector('h2')).focus();
    }
  }

  function follow(list, line) {
    setTimeout(function () {
      if (document.hidden) { follow(list, line); return; }
      fetch(list.getAttribute('data-refresh'), { credentials: 'same-origin' }).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.statusText); }
        return answer.text();
      }).then(function (text) {
        var fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('letters');
        var said = fresh.querySelector('.progress-words').textContent;
        renew(list, fresh);
        if (said !== line.textContent) { line.textContent = said; }
        if (fresh.hasAttribute('data-refresh')) { follow(fresh, line); }
      }).catch(function () {
        line.textContent = 'This list could not be brought up to date. Press “Check again”.';
      });
    }, listWait);
  }
  var list = document.querySelector('[data-refresh]');
  if (list) { follow(list, status(list)); }

  /* Adding: say that something happens while files are sent and read. */
  var adding = document.querySelector('form[enctype="multipart/form-data"]');
  if (adding) {
    var sent = status(adding);
    adding.addEventListener('submit', function () { sent.textContent = 'Sending and reading. This page changes when it is done.'; });
    window.addEventListener('pageshow', function () { sent.textContent = ''; });
  }

  /* The review. */
  var form = document.querySelector('form.review-form');
  if (!form) { return; }

  var pages = document.querySelector('.pages');
  form.addEventListener('focusin', function (event) {
    if (!pages) { return; }
    var box = event.target.closest('[data-field]');
    var item = event.target.closest('.item');
    var marks = marksOf(box && box.getAttribute('data-field'));
    if (!marks.length && item) { marks = marksOf(item.id); }
    pages.querySelectorAll('mark.now').forEach(function (mark) { mark.classList.remove('now'); });
    marks.forEach(function (mark) { mark.classList.add('now'); });
    // Only the column of pages moves, never the window: where the pages stand below the form nothing does.
    if (marks.length && pages.scrollHeight > pages.clientHeight && getComputedStyle(pages).overflowY === 'auto') {
      var gap = marks[0].getBoundingClientRect().top - pages.getBoundingClientRect().top;
      pages.scrollTop += gap - pages.clientHeight / 3;
    }
  });
  function marksOf(field) {
    return field ? Array.from(pages.querySelectorAll('mark[data-field="' + CSS.escape(field) + '"]')) : [];
  }

  if (!form.hasAttribute('data-saves')) { return; }
  var line = form.querySelector('.save-status');
  var saved = contents();
  var savedWords = line.textContent;
  var timer = 0;
  var under = null; // the save that is under way
  var sending = ''; // what it saves
  var outlives = false; // whether it goes on when the page is left
  var stopped = false; // another officer has saved: this one has to look first
  var failed = false; // the last save was refused, or did not arrive
  var pressed = false; // a button sends the form: nothing is saved beside that

  function contents() {
    var all = new URLSearchParams(new FormData(form));
    all.delete('revision');
    return all.toString();
  }

  function save() {
    clearTimeout(timer);
    var now = contents();
    if (failed && now === saved) { failed = false; line.textContent = savedWords; } // what was refused is gone again
    if (stopped || pressed || now === saved) { return; }
    if (under) { later(); return; }
    var body = new URLSearchParams(new FormData(form));
    body.set('do', 'quiet');
    sending = now;
    outlives = body.toString().length < mostKept;
    under = fetch(form.action, { method: 'POST', body: body, credentials: 'same-origin', keepalive: outlives }).then(function (answer) {
      if (answer.status === 403) {
        failed = true;
        line.textContent = 'Not saved: you are signed out. Your words are still here; press Save, and they are kept while you sign in again.';
        return null;
      }
      return answer.json().then(function (said) {
        line.textContent = said.words;
        stopped = answer.status === 409;
        failed = !answer.ok;
        if (answer.ok) {
          document.querySelectorAll('[name="revision"]').forEach(function (box) { box.value = said.revision; });
          saved = now;
          savedWords = said.words;
        }
      });
    }).catch(function () {
      failed = true;
      line.textContent = 'Not saved: the program does not answer. Your words are still here; press Save.';
    }).then(function () { under = null; });
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, saveWait);
  }

  form.addEventListener('input', later);
  form.addEventListener('change', later);
  document.addEventListener('visibilitychange', function () { if (document.hidden) { save(); } });
  // A button waits for the save under way, or it would meet its own words as another officer's.
  form.addEventListener('submit', function (event) {
    clearTimeout(timer);
    if (under) {
      event.preventDefault();
      under.then(function () { form.requestSubmit(event.submitter); });
    } else {
      pressed = true;
    }
  });
  window.addEventListener('pageshow', function () { pressed = false; });
  // Whoever leaves takes the last words along to be saved, and is warned where they would be lost.
  window.addEventListener('beforeunload', function (event) {
    if (pressed || contents() === saved) { return; }
    if (!failed) { save(); }
    if (!under || !outlives || sending !== contents()) { event.preventDefault(); }
  });
})();
