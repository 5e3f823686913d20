/*
 * What pages gain from JavaScript: a button under each chart that makes it answer the pointer and the arrow keys
 * (interactive.js does the rest), a slider over the list of quarters, and arrow keys on the map. Without JavaScript there
 * is no control that would do nothing.
 */
(function () {
  'use strict';

  document.querySelectorAll('figure[data-chart-option]').forEach(function (figure) {
    var links = figure.querySelector('.figure-links');
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet-button';
    button.textContent = 'Make this chart interactive';
    ['data-chart-option', 'data-chart-option-narrow', 'data-echarts', 'data-charts'].forEach(function (name) {
      button.setAttribute(name, figure.getAttribute(name));
    });
    links.appendChild(button);
  });

  document.querySelectorAll('.quarters').forEach(function (quarters) {
    var list = quarters.querySelector('.quarter-list');
    var links = Array.from(list.querySelectorAll('a[data-day]')).sort(function (a, b) {
      return a.dataset.day < b.dataset.day ? -1 : 1;
    });

    function make(name, properties) {
      return Object.assign(document.createElement(name), properties);
    }
    var label = make('label', { htmlFor: 'quarter', textContent: 'As it stood at the end of a quarter' });
    var range = make('input', { type: 'range', id: 'quarter', min: 0, max: links.length - 1, step: 1 });
    var day = make('output', {});
    var show = make('button', { type: 'button', className: 'button', textContent: 'Show' });
    var slider = make('div', { className: 'quarter-slider' });

    function say(words) {
      range.setAttribute('aria-valuetext', words);
      day.textContent = words.charAt(0).toUpperCase() + words.slice(1);
    }
    function sayQuarter() {
      say(links[range.value].dataset.words);
    }

    // A day between two quarters stands where the earlier one does, and is named as the day that it is.
    range.value = links.filter(function (link) { return link.dataset.day <= list.dataset.shown; }).length - 1;
    say(list.dataset.words);
    day.htmlFor = 'quarter';
    day.setAttribute('aria-live', 'off'); // the slider itself speaks the same words

    range.addEventListener('input', sayQuarter);
    range.addEventListener('keydown', function (event) {
      var quartersAway = { PageUp: 4, PageDown: -4 }[event.key]; // a year
      if (quartersAway) {
        event.preventDefault();
        range.value = Number(range.value) + quartersAway;
        sayQuarter();
      }
    });
    show.addEventListener('click', function () {
      window.location.assign(links[range.value].href);
    });
    slider.append(label, range, show, day);
    quarters.prepend(slider);
  });

  // On the map an arrow key leads to the nearest tile on its side. Tab still leads to every tile in turn.
  document.querySelectorAll('.region-map').forEach(function (map) {
    var tiles = Array.from(map.querySelectorAll('.tile'));
    var sides = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    function middle(tile) {
      var box = tile.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    }
    map.addEventListener('keydown', function (event) {
      var side = sides[event.key], from = event.target.closest('.tile');
      if (!side || !from || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
      var here = middle(from), nearest = null, least = Infinity;
      tiles.forEach(function (tile) {
        var there = middle(tile), right = there[0] - here[0], down = there[1] - here[1];
        var ahead = right * side[0] + down * side[1];
        var aside = Math.abs(right * side[1]) + Math.abs(down * side[0]);
        if (ahead > 1 && ahead > aside / 2 && ahead + 3 * aside < least) {
          nearest = tile;
          least = ahead + 3 * aside;
        }
      });
      event.preventDefault();
      if (nearest) { nearest.focus(); }
    });
  });
})();
