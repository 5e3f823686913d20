/*
 * What pages gain from JavaScript: a button under each chart that makes it answer the pointer and the arrow keys
 * (interactive.js does the rest). Without JavaScript there is no button that would do nothing.
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
})();
