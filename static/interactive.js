/*
 * The buttons that turn a chart's picture into a chart that answers the pointer and the arrow keys. Nothing is loaded
 * until one is pressed, and then only from our own origin:
 *
 *   <figure>
 *     <picture>…<img alt="…"></picture>
 *     <button type="button" data-chart-option="/charts/….json" data-chart-option-narrow="/charts/….json?size=narrow"
 *             data-echarts="/static/….js" data-charts="/static/….js">Make this chart interactive</button>
 *   </figure>
 *
 * data-echarts is ECharts and data-charts is charts.js; data-chart-option-narrow may be left out.
 */
(function (root) {
  'use strict';

  document.addEventListener('click', function (event) {
    var button = event.target.closest('button[data-chart-option]');
    if (!button || button.getAttribute('aria-disabled') === 'true') { return; }
    if (button.inspectionChart) { close(button); } else { open(button); }
  });

  function open(button) {
    var figure = button.closest('figure') || button.parentNode, status = statusOf(figure, button);
    var narrow = root.matchMedia('(max-width: 767px)').matches && button.getAttribute('data-chart-option-narrow');
    status.textContent = 'Loading the interactive chart.';
    button.setAttribute('aria-disabled', 'true'); // not disabled: that would drop the keyboard's focus
    load(button.getAttribute('data-echarts')).then(function () {
      return load(button.getAttribute('data-charts'));
    }).then(function () {
      return fetch(narrow || button.getAttribute('data-chart-option'), {credentials: 'same-origin'});
    }).then(function (response) {
      if (!response.ok) { throw new Error('status ' + response.status); }
      return response.json();
    }).then(function (option) {
      show(button, figure, status, option);
    }).catch(function () {
      if (button.inspectionChart) { close(button); }
      status.textContent = 'The interactive chart could not be loaded. The picture and the table below it say the same.';
    }).then(function () { button.removeAttribute('aria-disabled'); });
  }

  var loading = {};

  function load(address) {
    loading[address] = loading[address] || new Promise(function (resolve, reject) {
      var script = document.createElement('script');
      script.src = address;
      script.onload = resolve;
      script.onerror = function () {
        delete loading[address]; // so that pressing again tries again
        script.remove();
        reject(new Error('load ' + address));
      };
      document.head.appendChild(script);
    });
    return loading[address];
  }

  function show(button, figure, status, option) {
    var picture = figure.querySelector('picture') || figure.querySelector('img');
    var image = picture.querySelector('img') || picture, holder = document.createElement('div');
    var dark = root.matchMedia('(prefers-color-scheme: dark)').matches;
    holder.className = 'chart-interactive';
    holder.tabIndex = 0;
    holder.setAttribute('role', 'group');
    holder.setAttribute('aria-roledescription', 'interactive chart');
    holder.setAttribute('aria-label', (image.alt || 'Chart') + ' Arrow keys move through it.');
    holder.style.height = Math.max(160, Math.round(image.getBoundingClientRect().height)) + 'px';
    picture.parentNode.insertBefore(holder, picture);
    picture.hidden = true;
    var open = button.inspectionChart = {holder: holder, picture: picture, status: status, text: button.textContent};
    open.chart = root.echarts.init(holder, dark ? 'inspection-dark' : 'inspection-light', {renderer: 'svg'});
    open.chart.setOption(speak(root.InspectionCharts.prepare(option)));
    open.resize = function () { open.chart.resize(); };
    root.addEventListener('resize', open.resize);
    walk(open.chart, holder, status, option);
    button.textContent = 'Show the picture again';
    status.textContent = 'The chart is interactive now. Arrow keys move through it.';
    holder.focus();
  }

  // close also clears up after a chart that failed half made, so any part of it may be missing.
  function close(button) {
    var open = button.inspectionChart;
    if (open.resize) { root.removeEventListener('resize', open.resize); }
    if (open.chart) { open.chart.dispose(); }
    open.holder.remove();
    open.picture.hidden = false;
    open.status.textContent = '';
    button.textContent = open.text;
    button.inspectionChart = null;
  }

  // The status is made with the first press and stays: a live region is only heard when it was there before its text.
  function statusOf(figure, button) {
    var status = figure.querySelector('[role="status"]');
    if (!status) {
      status = document.createElement('p');
      status.setAttribute('role', 'status');
      status.className = 'chart-status';
      button.parentNode.insertBefore(status, button.nextSibling);
    }
    return status;
  }

  function lanes(option) { return [].concat(option.series || []); }

  function tip(series, index) {
    var item = series.itemPayload && series.itemPayload.items[index];
    return item ? item.tip || (item.words || [''])[0] : '';
  }

  // speak gives lanes their tooltips, which JSON cannot carry. They are drawn as text, so nothing in them is markup.
  function speak(option) {
    lanes(option).forEach(function (series) {
      if (series.renderItem !== 'lane') { return; }
      series.tooltip = {formatter: function (params) { return wrap(tip(series, params.dataIndex), 44); }};
    });
    option.tooltip = option.tooltip || {};
    option.tooltip.show = true;
    option.tooltip.renderMode = 'richText'; // the other mode writes style attributes, which our policy refuses
    return option;
  }

  // wrap breaks text at spaces; braces would be read as the mark-up of rich text, so they become brackets.
  function wrap(text, width) {
    return text.replace(/\{/g, '(').replace(/\}/g, ')').split(' ').reduce(function (lines, word) {
      var line = lines[lines.length - 1];
      if (line && line.length + word.length + 1 > width) { return lines.concat(word); }
      lines[lines.length - 1] = line ? line + ' ' + word : word;
      return lines;
    }, ['']).join('\n');
  }

  function walk(chart, holder, status, option) {
    var stops = [], at = -1;
    lanes(option).forEach(function (series, s) {
      (series.data || []).forEach(function (_, i) {
        if (series.renderItem !== 'lane' || tip(series, i)) { stops.push({series: s, index: i}); }
      });
    });
    holder.addEventListener('keydown', function (event) {
      var moves = {ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1};
      if (event.key === 'Escape') { chart.dispatchAction({type: 'hideTip'}); return; }
      if (!(event.key in moves) || !stops.length) { return; }
      event.preventDefault();
      at = Math.max(0, Math.min(stops.length - 1, moves[event.key]));
      var stop = stops[at], series = lanes(option)[stop.series], datum = series.data[stop.index];
      chart.dispatchAction({type: 'showTip', seriesIndex: stop.series, dataIndex: stop.index});
      status.textContent = tip(series, stop.index) || [series.name, datum.name, datum.value || datum].filter(Boolean).join(' ');
    });
  }
})(window);
