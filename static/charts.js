/*
 * How lanes are drawn. The server's engine runs this file after ECharts to make pictures, and the browser runs it when a
 * reader asks for an interactive chart (interactive.js). It is plain ES5 because both must read it.
 *
 * It registers one custom series, 'lane'. An option names it and carries data only, never a function:
 *
 *   series: [{
 *     type: 'custom', renderItem: 'lane',
 *     data: [[start, end, row, lastRow], ...],       one line per item, so that ECharts knows the extents
 *     encode: {x: [0, 1], y: [2, 3]},
 *     itemPayload: {inset: [top, bottom], years: true, names: [...], items: [item, ...]}    items in the order of data
 *   }]
 *
 * x is a value axis in milliseconds UTC (never 'time': it would follow the reader's clock), y a category axis with
 * inverse: true. inset is the free room above and below a block inside its row, in pixels (default [5, 5]). years: true
 * draws a line at each 1 January and the years under the plot: hide the labels of the x axis and leave 22 px below the
 * plot, and 24 px above it if breaks have words. names are the rows' names where there is no room beside the plot: they
 * are drawn above each lane, so hide the labels of the y axis and make inset at least [20, 4]. A block of 32 px or more
 * may set its word on two lines. internal/chart/lane_payload.go holds the same as Go types.
 *
 *   item.kind       block    a judgement from start to end on rows row..lastRow
 *                   absence  the same place, but nothing was judged: drawn as a leader, never as a grade
 *                   mark     a visit: a diamond at start with its words beside it
 *                   dot      an outcome at its date that claims nothing about later: a small block with its words
 *                   event    a numbered flag
 *                   tick     fieldwork from start to end, at the foot of the row
 *                   break    a heavy line through every row at start
 *                   cell     a block that fills one cell of two category axes (start = column, row = row)
 *                   band     a block from start to end between the y values row and lastRow of a value axis
 *   item.look       what a block, absence, dot, cell or band shows: outstanding, good, requires_improvement, inadequate,
 *                   adequate, neutral; not_judged, no_such_judgement, not_inspected_yet, grade_not_found, visit,
 *                   not_published, before_record; named, not_named, list_not_held
 *   item.startSure  start is known only to a month or year: start is the first day it may have been, startSure the last
 *   item.endSure    the same for the end: endSure is the first day it may have been, end the last
 *   item.openFrom   the day the record is complete to: solid up to it, an open outline from it to end
 *   item.words      candidates, longest first; the first that fits is drawn, whole, or none
 *   item.unconfirmed  a mark whose authority is not confirmed: an empty diamond with '?'
 *   item.number     the number on an event's flag
 *   item.edge       of a break: 'authority' (one thick line) or 'framework' (two thin dashed ones)
 *   item.tip        the sentence that the interactive chart says for the item
 *
 * Marks, dots and events of the same rows keep out of each other's way: they take as many lines as the rows have room
 * for, so a row of visits may be given two categories, the second with an empty name.
 */
(function (root) {
  'use strict';

  var FAMILY = 'Helvetica Neue, Arial, Liberation Sans, sans-serif'; // unquoted: ECharts would not escape a quote
  var SIZE = 12;
  var LINE = 15;
  var FONT = SIZE + 'px ' + FAMILY;
  var ROOM = 1.15; // the reader's font may be wider than the table that measured the word

  // Each look has its own pattern, so that print, grey and colour-blind eyes tell what colour tells.
  var PATTERNS = {
    outstanding: 'dots', good: 'plain', requires_improvement: 'hatch', inadequate: 'cross', adequate: 'level',
    neutral: 'plain', named: 'plain', not_named: 'dash', list_not_held: 'hatch', not_judged: 'line',
    no_such_judgement: 'dash', not_inspected_yet: 'stop', grade_not_found: 'query', visit: 'diamond',
    not_published: 'times', before_record: 'slash'
  };
  var ABSENCES = ['not_judged', 'no_such_judgement', 'not_inspected_yet', 'grade_not_found', 'visit', 'not_published',
    'before_record', 'not_named', 'list_not_held'];

  var PALETTES = {
    light: {
      page: '#ffffff', ink: '#16202a', muted: '#55606b', hair: '#d9dfe4', track: '#f4f6f7',
      looks: {
        outstanding: {fill: '#79c7b6', line: '#2b8676', edge: '#07493f'},
        good: {fill: '#cfe7ea', line: '#8fbfc6', edge: '#1d5f6b'},
        requires_improvement: {fill: '#f7e0ae', line: '#cf9d3f', edge: '#7a5200'},
        inadequate: {fill: '#e2a8ae', line: '#a84c5d', edge: '#6b1427'},
        adequate: {fill: '#e9e9e6', line: '#a5a59f', edge: '#55554f'},
        neutral: {fill: '#e9e9e6', line: '#a5a59f', edge: '#55554f'},
        named: {fill: '#c3d3e8', line: '#8aa5c9', edge: '#274b7a'}
      }
    },
    dark: {
      page: '#14181c', ink: '#f2f5f7', muted: '#aab5bf', hair: '#323a42', track: '#1c2228',
      looks: {
        outstanding: {fill: '#14695d', line: '#5fc4b1', edge: '#a5e8da'},
        good: {fill: '#1d4650', line: '#3c7784', edge: '#8fcbd6'},
        requires_improvement: {fill: '#5a430f', line: '#b58a35', edge: '#f0cb80'},
        inadequate: {fill: '#6e2335', line: '#c06b7e', edge: '#f4b3c0'},
        adequate: {fill: '#34393e', line: '#747d86', edge: '#b6bfc7'},
        neutral: {fill: '#34393e', line: '#747d86', edge: '#b6bfc7'},
        named: {fill: '#29456c', line: '#5f83b5', edge: '#a9c7ef'}
      }
    }
  };
  ['light', 'dark'].forEach(function (scheme) {
    var palette = PALETTES[scheme];
    ABSENCES.forEach(function (look) {
      palette.looks[look] = {fill: palette.track, line: palette.muted, edge: palette.muted};
    });
  });

  // Depths: patterns lie under words, and what stands for one day lies over what lasts.
  var GROUND = 0, FILL = 10, PATTERN = 11, EDGE = 12, PLATE = 13, WORD = 14, TICK = 15, BREAK = 20, MARK = 30;

  // ---- small drawing helpers -------------------------------------------------------------------------------------

  function round(n) { return Math.round(n * 10) / 10; }

  function rect(x0, y0, x1, y1, fill, depth, opacity) {
    return {
      type: 'rect', z2: depth, silent: depth === GROUND,
      shape: {x: round(x0), y: round(y0), width: round(Math.max(0, x1 - x0)), height: round(Math.max(0, y1 - y0))},
      style: {fill: fill, opacity: opacity == null ? 1 : opacity}
    };
  }

  function stroke(d, colour, width, depth, dash) {
    var style = {stroke: colour, lineWidth: width, fill: 'none', lineCap: dash ? 'butt' : 'round'};
    if (dash) { style.lineDash = dash; }
    return {type: 'path', z2: depth, silent: true, shape: {pathData: d}, style: style};
  }

  function label(text, x, y, colour, align, depth) {
    return {
      type: 'text', z2: depth, silent: true,
      style: {text: text, x: round(x), y: round(y), fill: colour, fontSize: SIZE, fontFamily: FAMILY,
        align: align, verticalAlign: 'middle'}
    };
  }

  function line(x0, y0, x1, y1) {
    return 'M' + round(x0) + ',' + round(y0) + 'L' + round(x1) + ',' + round(y1);
  }

  function measure(text) { return root.echarts.format.getTextRect(text, FONT).width * ROOM; }

  function plain(text) { return String(text).replace(/\s+/g, ' ').trim(); }

  // ---- patterns --------------------------------------------------------------------------------------------------

  // Lines at 45 degrees, cut at the box by arithmetic: a clip path would be one more thing to serve and to print.
  function diagonals(box, gap, rising) {
    var d = '', width = box.x1 - box.x0, height = box.y1 - box.y0;
    for (var c = gap / 2; c < width + height; c += gap) {
      var from = Math.max(0, c - height), to = Math.min(width, c);
      var a = rising ? box.x0 + from : box.x1 - from, b = rising ? box.x0 + to : box.x1 - to;
      d += line(a, box.y0 + c - from, b, box.y0 + c - to);
    }
    return d;
  }

  function levels(box, gap) {
    var d = '';
    for (var y = box.y0 + gap / 2; y < box.y1; y += gap) { d += line(box.x0, y, box.x1, y); }
    return d;
  }

  function signs(box, sign, across, down) {
    var columns = Math.floor((box.x1 - box.x0) / across), rows = Math.max(1, Math.floor((box.y1 - box.y0) / down)), d = '';
    var left = (box.x0 + box.x1 - (columns - 1) * across) / 2, top = (box.y0 + box.y1 - (rows - 1) * down) / 2;
    for (var r = 0; r < rows; r++) {
      for (var c = 0; c < columns; c++) {
        d += sign(left + c * across, top + r * down);
      }
    }
    return d;
  }

  var SIGNS = {
    stop: function (x, y) { return 'M' + round(x) + ',' + round(y) + 'l.01,0'; },
    dash: function (x, y) { return line(x - 4, y, x + 4, y); },
    times: function (x, y) { return line(x - 3, y - 3, x + 3, y + 3) + line(x - 3, y + 3, x + 3, y - 3); },
    slash: function (x, y) { return line(x - 3, y + 4, x + 3, y - 4); },
    diamond: function (x, y) { return 'M' + round(x) + ',' + round(y - 4) + 'l4,4l-4,4l-4,-4Z'; },
    query: function (x, y) {
      return 'M' + round(x - 2.5) + ',' + round(y - 2.5) + 'a2.5,2.5 0 1 1 3.7,2.2q-1.2,.7 -1.2,1.9m0,2.6l.01,0';
    }
  };

  // leader draws an absence in one line of signs; the same signs tile a whole cell or band.
  function pattern(look, box, colour, leader) {
    var name = PATTERNS[look], middle = (box.y0 + box.y1) / 2, d;
    if (box.x1 - box.x0 < 2 || box.y1 - box.y0 < 2) { return []; }
    if (name === 'plain') { return []; }
    if (name === 'dots') {
      d = signs(box, function (x, y) { return SIGNS.stop(x - 2, y - 2) + SIGNS.stop(x + 2, y + 2); }, 8, 8);
      return [stroke(d, colour, 1.7, PATTERN)];
    }
    if (name === 'hatch') { return [stroke(diagonals(box, 8, true), colour, 1.4, PATTERN)]; }
    if (name === 'cross') { return [stroke(diagonals(box, 8, true) + diagonals(box, 8, false), colour, 1.1, PATTERN)]; }
    if (name === 'level') { return [stroke(levels(box, 5), colour, 1, PATTERN)]; }
    if (name === 'line') {
      d = leader ? line(box.x0 + 4, middle, box.x1 - 4, middle) : levels(box, 8);
      return [stroke(d, colour, 1.2, PATTERN)];
    }
    d = signs(box, SIGNS[name], name === 'dash' ? 16 : 14, leader ? box.y1 - box.y0 : 14);
    return d ? [stroke(d, colour, name === 'stop' ? 2.2 : 1.2, PATTERN)] : [];
  }

  // ---- words -----------------------------------------------------------------------------------------------------

  // fit finds the first candidate that fits whole, on one line or on two, between left and right without touching a
  // break: {lines, x, room}, or null.
  function fit(words, left, right, height, view) {
    var spaces = clear(left, right, view);
    for (var i = 0; i < (words || []).length; i++) {
      var text = plain(words[i]), ways = [text && height >= LINE ? [text] : null, height >= 2 * LINE ? halves(text) : null];
      for (var w = 0; w < 2; w++) {
        for (var s = 0; ways[w] && s < spaces.length; s++) {
          var room = spaces[s][1] - spaces[s][0];
          if (breadth(ways[w]) <= room) { return {lines: ways[w], x: spaces[s][0], room: room}; }
        }
      }
    }
    return null;
  }

  function clear(left, right, view) {
    var spaces = [], from = left;
    view.breaks.forEach(function (x) {
      if (x > from && x < right) { spaces.push([from, x - 6]); }
      if (x + 7 > from && x < right) { from = x + 7; }
    });
    return spaces.concat([[from, right]]);
  }

  function halves(text) {
    var parts = text.split(' '), best = null, least = Infinity;
    for (var i = 1; i < parts.length; i++) {
      var pair = [parts.slice(0, i).join(' '), parts.slice(i).join(' ')];
      var widest = Math.max(measure(pair[0]), measure(pair[1]));
      if (widest < least) { least = widest; best = pair; }
    }
    return best;
  }

  function breadth(lines) { return Math.max.apply(null, lines.map(measure)); }

  function write(parts, lines, x, middle, colour, plate) {
    var top = middle - (lines.length - 1) * LINE / 2;
    var right = x + breadth(lines) * 1.1 / ROOM + 4; // narrower than the room kept free: the rest may be pattern
    if (plate) {
      parts.push(rect(x - 5, top - LINE / 2 - 1, right, top + (lines.length - 0.5) * LINE + 1, plate, PLATE));
    }
    lines.forEach(function (text, i) { parts.push(label(text, x, top + i * LINE, colour, 'left', WORD)); });
  }

  // ---- blocks ----------------------------------------------------------------------------------------------------

  // span turns an item into pixels: where it may begin, where it surely stands, where it is open, where it ends.
  function span(item, view) {
    var clamp = function (x) { return Math.min(view.right, Math.max(view.left, x)); };
    var x0 = view.x(item.start), x1 = view.x(item.end), sure0 = x0, sure1 = x1;
    if (item.startSure > item.start) { sure0 = Math.max(view.x(item.startSure), x0 + 10); }
    if (item.endSure && item.endSure < item.end) { sure1 = Math.min(view.x(item.endSure), x1 - 10); }
    var open = item.openFrom && item.openFrom < item.end ? view.x(item.openFrom) : sure1;
    var box = {
      softStart: sure0 > x0, softEnd: sure1 < x1, open: open < sure1,
      cutLeft: x0 < view.left - 1, cutRight: x1 > view.right + 1,
      x0: clamp(x0) + 1, x1: clamp(x1) - 1, y0: view.top(item.row), y1: view.bottom(item.lastRow)
    };
    box.sure0 = Math.max(box.x0, Math.min(clamp(sure0), box.x1));
    box.sure1 = Math.min(box.x1, Math.max(clamp(Math.min(sure1, open)), box.sure0));
    return box;
  }

  function steps(parts, from, to, box, fill) {
    var count = 4, width = (to - from) / count;
    for (var i = 0; i < count; i++) {
      var x = from + i * width;
      parts.push(rect(Math.min(x, x + width), box.y0, Math.max(x, x + width), box.y1, fill, FILL, (i + 0.6) / (count + 0.5)));
    }
  }

  function drawBlock(item, view, box) {
    var look = view.palette.looks[item.look] || view.palette.looks.neutral, parts = [];
    var tall = box.y1 - box.y0, exact = !box.softStart && !box.cutLeft, spine = exact && item.kind === 'block' ? 4 : 0;
    if (box.x1 - box.x0 < spine + 1) { box.x1 = box.sure1 = box.x0 + spine + 1; }
    parts.push(rect(box.sure0, box.y0, box.sure1, box.y1, look.fill, FILL));
    if (box.softStart) { steps(parts, box.x0, box.sure0, box, look.fill); }
    if (box.softEnd) { steps(parts, box.x1, box.sure1, box, look.fill); }
    if (box.open) { parts.push(rect(box.sure1, box.y0, box.x1, box.y1, look.fill, FILL, 0.4)); }
    var hatched = {x0: box.sure0 + spine, x1: box.open ? box.x1 : box.sure1, y0: box.y0, y1: box.y1};
    parts = parts.concat(pattern(item.look, hatched, look.line, false));

    var firm = line(box.sure0, box.y0, box.sure1, box.y0) + line(box.sure0, box.y1, box.sure1, box.y1), loose = '';
    if (exact && !spine) { firm += line(box.x0, box.y0, box.x0, box.y1); }
    if (!box.softEnd && !box.open && !box.cutRight) { firm += line(box.x1, box.y0, box.x1, box.y1); }
    if (box.softStart) { loose += frame(box.x0, box.sure0, box, true); }
    if (box.softEnd) { loose += frame(box.x1, box.sure1, box, true); }
    if (box.open) { loose += frame(box.x1, box.sure1, box, false); }
    parts.push(stroke(firm, look.edge, 1.25, EDGE));
    if (loose) { parts.push(stroke(loose, look.edge, 1.25, EDGE, [4, 3])); }
    if (spine) { parts.push(rect(box.x0 - 0.6, box.y0 - 0.6, box.x0 + spine, box.y1 + 0.6, look.edge, EDGE)); }

    // The word stands on the sure part if it can, and may run on over the open part: both carry the same grade.
    var word = fit(item.words, box.sure0 + spine + 7, (box.open ? box.x1 : box.sure1) - 4, tall - 2, view);
    if (word) {
      var centred = item.kind === 'cell' || item.kind === 'band' ? (word.room - breadth(word.lines)) / 2 : 0;
      write(parts, word.lines, word.x + centred, (box.y0 + box.y1) / 2, view.palette.ink,
        PATTERNS[item.look] === 'plain' ? null : look.fill);
    }
    return parts;
  }

  // frame is the dashed top, bottom and, where there is one, outer side of a part that is not sure.
  function frame(outer, inner, box, closed) {
    return line(inner, box.y0, outer, box.y0) + line(inner, box.y1, outer, box.y1) +
      (closed ? line(outer, box.y0, outer, box.y1) : '');
  }

  function drawAbsence(item, view, box) {
    var palette = view.palette, parts = [rect(box.x0, box.y0, box.x1, box.y1, palette.track, FILL)];
    var rest = {x0: box.x0 + 5, x1: box.x1 - 5, y0: box.y0, y1: box.y1};
    var word = fit(item.words, box.x0 + 8, box.x1 - 4, box.y1 - box.y0, view);
    if (word) {
      write(parts, word.lines, word.x, (box.y0 + box.y1) / 2, palette.muted, null);
      rest.x0 = word.x + breadth(word.lines) + 4;
    }
    if (!box.softStart && !box.cutLeft) { parts.push(stroke(line(box.x0, box.y0, box.x0, box.y1), palette.muted, 1.25, EDGE)); }
    return parts.concat(pattern(item.look, rest, palette.muted, true));
  }

  // ---- marks at one date -----------------------------------------------------------------------------------------

  var GLYPH = 8; // half of the room that a mark takes on its line

  function isMark(item) { return item.kind === 'mark' || item.kind === 'dot' || item.kind === 'event'; }

  function markX(item, view) {
    return (view.x(item.start) + view.x(item.startSure > item.start ? item.startSure : item.start)) / 2;
  }

  // placeMarks gives every mark a line of its row and the longest words that touch nothing. When the marks themselves
  // collide it starts again with shorter words; in the last round marks may overlap, for then their dates are the same.
  function placeMarks(items, view) {
    var marks = [], longest = 0, round = 0, places;
    items.forEach(function (item, i) {
      var x = isMark(item) ? markX(item, view) : NaN;
      if (x >= view.left - 1 && x <= view.right + 1) {
        marks.push({index: i, item: item, x: x});
        longest = Math.max(longest, (item.words || []).length);
      }
    });
    marks.sort(function (a, b) { return a.x - b.x || a.index - b.index; });
    do { places = placeRound(marks, view, round, round > longest); round++; } while (!places);
    return places;
  }

  function placeRound(marks, view, skip, last) {
    var taken = {}, places = {};
    for (var m = 0; m < marks.length; m++) {
      var mark = marks[m], key = mark.item.row + '-' + mark.item.lastRow, lane = taken[key] = taken[key] || [];
      var top = view.top(mark.item.row), tall = view.bottom(mark.item.lastRow) - top;
      var count = Math.max(1, Math.floor(tall / (2 * GLYPH + 2)));
      var place = findPlace(mark, (mark.item.words || []).slice(skip), lane, count, view);
      if (!place && !last) { return null; }
      place = place || {level: 0, words: ''};
      place.x = mark.x;
      place.y = top + (place.level + 0.5) * tall / count;
      lane.push({level: place.level, from: place.from || mark.x - GLYPH, to: place.to || mark.x + GLYPH});
      places[mark.index] = place;
    }
    return places;
  }

  // Words keep off the breaks if any candidate can; else the longest that fits interrupts one, for a visit without its
  // topic says little.
  function findPlace(mark, words, lane, count, view) {
    var choices = words.map(plain).filter(Boolean);
    return choose(mark, choices, lane, count, view, false) || choose(mark, choices, lane, count, view, true) ||
      choose(mark, [''], lane, count, view, true);
  }

  function choose(mark, choices, lane, count, view, across) {
    for (var i = 0; i < choices.length; i++) {
      var wide = choices[i] ? measure(choices[i]) + 6 : 0;
      for (var level = 0; level < count; level++) {
        for (var side = 0; side < (wide ? 2 : 1); side++) {
          var from = mark.x - GLYPH - (side ? wide : 0), to = mark.x + GLYPH + (side ? 0 : wide);
          var inside = !wide || (from >= view.left && to <= view.right + 6);
          var crossed = crosses(view, from, to, mark.x);
          if (inside && (across || !crossed) && isFree(lane, level, from, to)) {
            return {level: level, words: choices[i], left: side === 1, from: from, to: to, crossed: crossed};
          }
        }
      }
    }
    return null;
  }

  function crosses(view, from, to, own) {
    return view.breaks.some(function (x) { return x > from - 4 && x < to + 4 && Math.abs(x - own) > GLYPH; });
  }

  function isFree(lane, level, from, to) {
    return lane.every(function (t) { return t.level !== level || to + 4 <= t.from || from >= t.to + 4; });
  }

  function drawMark(item, view, place) {
    var palette = view.palette, x = place.x, y = place.y, parts = [];
    var look = palette.looks[item.look] || palette.looks.neutral;
    if (item.startSure > item.start) {
      parts.push(stroke(line(view.x(item.start), y, view.x(item.startSure), y), palette.muted, 1.25, TICK, [2, 2]));
    }
    if (item.kind === 'event') {
      parts.push({type: 'circle', z2: MARK, shape: {cx: round(x), cy: round(y), r: GLYPH},
        style: {fill: palette.page, stroke: palette.ink, lineWidth: 1.25}});
      parts.push(label(item.number ? String(item.number) : '!', x, y, palette.ink, 'center', MARK + 1));
    } else if (item.kind === 'dot') {
      var box = {x0: x - 6, y0: y - 6, x1: x + 6, y1: y + 6};
      parts.push(rect(box.x0, box.y0, box.x1, box.y1, look.fill, MARK));
      pattern(item.look, box, look.line, false).forEach(function (p) { p.z2 = MARK; parts.push(p); });
      parts.push(stroke('M' + round(box.x0) + ',' + round(box.y0) + 'h12v12h-12Z', look.edge, 1.5, MARK));
    } else {
      var r = item.unconfirmed ? GLYPH + 1 : GLYPH - 1.5;
      parts.push({type: 'polygon', z2: MARK, shape: {points: [[x, y - r], [x + r, y], [x, y + r], [x - r, y]].map(function (p) {
        return [round(p[0]), round(p[1])];
      })}, style: {fill: item.unconfirmed ? palette.page : palette.ink, stroke: palette.ink, lineWidth: 1.25}});
      if (item.unconfirmed) { parts.push(label('?', x, y, palette.ink, 'center', MARK + 1)); }
    }
    if (place.words) {
      var gap = GLYPH + 4;
      if (place.crossed) {
        parts.push(rect(place.left ? place.from : x + gap - 3, y - 8, place.left ? x - gap + 3 : place.to, y + 8, palette.page, MARK));
      }
      parts.push(label(place.words, place.left ? x - gap : x + gap, y, palette.ink, place.left ? 'right' : 'left', MARK + 1));
    }
    return parts;
  }

  // ---- breaks, fieldwork and the ground --------------------------------------------------------------------------

  function drawBreak(item, view, words) {
    var x = view.x(item.start), ink = view.palette.ink, parts = [];
    if (x < view.left - 1 || x > view.right + 1) { return []; }
    view.strips.forEach(function (strip, i) {
      var top = i === 0 && !view.named ? strip[0] - 5 : strip[0], bottom = strip[1];
      parts.push(item.edge === 'framework' ?
        stroke(line(x - 2, top, x - 2, bottom) + line(x + 2, top, x + 2, bottom), ink, 1.25, BREAK, [5, 3]) :
        rect(x - 1.75, top, x + 1.75, bottom, ink, BREAK));
    });
    if (words) { parts.push(label(words.text, words.x, view.plot.y - 14, ink, 'left', BREAK)); }
    return parts;
  }

  // Words of a break stand above the plot, centred on it where they can be, and never over those of the one before.
  function placeBreaks(items, view) {
    var places = {}, free = 0, breaks = [];
    items.forEach(function (item, i) {
      if (item.kind === 'break') { breaks.push({index: i, item: item, x: view.x(item.start)}); }
    });
    breaks.sort(function (a, b) { return a.x - b.x || a.index - b.index; });
    breaks.forEach(function (b, n) {
      var next = n + 1 < breaks.length ? breaks[n + 1].x - 6 : view.width;
      (b.item.words || []).map(plain).some(function (text) {
        var wide = measure(text), x = Math.max(free, Math.min(b.x - wide / 2, view.width - wide));
        if (!text || x > b.x || x + wide > Math.max(next, b.x + 6)) { return false; }
        places[b.index] = {text: text, x: x};
        free = x + wide + 10;
        return true;
      });
    });
    return places;
  }

  function drawTick(item, view) {
    var x = (view.x(item.start) + view.x(item.end)) / 2, foot = round(view.floor(item.lastRow));
    return x < view.left || x > view.right ? [] : [{type: 'polygon', z2: TICK, style: {fill: view.palette.ink},
      shape: {points: [[round(x - 4), foot], [round(x + 4), foot], [round(x), foot - 5]]}}];
  }

  function upright(x, view) {
    return view.strips.map(function (strip) { return line(x, strip[0], x, strip[1]); }).join('');
  }

  function drawGround(view, payload) {
    var plot = view.plot, palette = view.palette, parts = [], d = line(plot.x, plot.y, plot.x + plot.width, plot.y), ticks = '';
    for (var r = 0; r < view.rows; r++) {
      if (!view.joined[r]) { d += line(plot.x, view.floor(r), plot.x + plot.width, view.floor(r)); }
    }
    parts.push(stroke(d, palette.hair, 1, GROUND));
    (payload.names || []).forEach(function (name, r) {
      if (!name) { return; }
      var text = label(plain(name), plot.x, view.floor(r - 1) + 11, palette.ink, 'left', WORD);
      text.style.fontWeight = 600;
      parts.push(text);
    });
    if (!payload.years) { return parts; }
    var first = new Date(view.time(view.left)).getUTCFullYear(), last = new Date(view.time(view.right)).getUTCFullYear();
    var wide = measure('2000'), step = 1;
    var one = view.x(Date.UTC(first + 1, 0, 1)) - view.x(Date.UTC(first, 0, 1));
    while (one * step < wide + 6) { step = step === 1 ? 2 : step === 2 ? 5 : step * 2; }
    for (var year = first; year <= last; year++) {
      var from = view.x(Date.UTC(year, 0, 1)), to = view.x(Date.UTC(year + 1, 0, 1));
      var middle = (Math.max(from, view.left) + Math.min(to, view.right)) / 2;
      if (from > view.left + 1) { ticks += upright(from, view); }
      var fits = step > 1 ? middle - wide / 2 >= view.left - 4 && middle + wide / 2 <= view.right + 4 :
        Math.min(to, view.right) - Math.max(from, view.left) >= wide;
      if (fits && year % step === 0) {
        parts.push(label(String(year), middle, plot.y + plot.height + 13, palette.muted, 'center', GROUND));
      }
    }
    if (ticks) { parts.push(stroke(ticks, palette.hair, 1, GROUND)); }
    return parts;
  }

  // ---- the series ------------------------------------------------------------------------------------------------

  function makeView(params, api) {
    var payload = params.itemPayload, plot = params.coordSys, inset = payload.inset || [5, 5];
    var zero = api.coord([0, 0])[0], slope = (api.coord([1e11, 0])[0] - zero) / 1e11, tall = api.size([0, 1])[1];
    var view = {
      palette: PALETTES[payload.scheme] || PALETTES.light, plot: plot, width: api.getWidth(),
      left: plot.x, right: plot.x + plot.width, rows: Math.round(plot.height / tall), named: Boolean(payload.names),
      x: function (value) { return api.coord([value, 0])[0]; },
      y: function (value) { return api.coord([0, value])[1]; },
      column: function (value) { return {middle: api.coord([value, 0])[0], half: api.size([1, 0])[0] / 2}; },
      time: function (x) { return (x - zero) / slope; },
      floor: function (row) { return api.coord([0, row])[1] + tall / 2; },
      top: function (row) { return view.floor(row) - tall + inset[0]; },
      bottom: function (row) { return view.floor(row) - inset[1]; },
      breaks: [], joined: {}, strips: [[plot.y, plot.y + plot.height]]
    };
    payload.items.forEach(function (item) {
      if (item.kind === 'break') { view.breaks.push(view.x(item.start)); }
      for (var row = item.row; isMark(item) && row < item.lastRow; row++) { view.joined[row] = true; }
    });
    view.breaks.sort(function (a, b) { return a - b; });
    if (view.named) { // upright lines leave out the strips in which the names stand
      view.strips = payload.names.map(function (name, row) {
        return [view.floor(row - 1) + (name ? inset[0] - 2 : 0), view.floor(row)];
      });
    }
    return view;
  }

  function drawLane(params, api) {
    var items = params.itemPayload.items, context = params.context, parts = [];
    if (!context.view) { // the context lives for one drawing, so its first item does the work that all share
      context.view = makeView(params, api);
      context.marks = placeMarks(items, context.view);
      context.breaks = placeBreaks(items, context.view);
      if (params.itemPayload.years || params.itemPayload.names) { parts = drawGround(context.view, params.itemPayload); }
    }
    return {type: 'group', children: parts.concat(drawItem(items[params.dataIndex], params.dataIndex, context))};
  }

  function drawItem(item, index, context) {
    var view = context.view, box;
    if (isMark(item)) { return context.marks[index] ? drawMark(item, view, context.marks[index]) : []; }
    if (item.kind === 'break') { return drawBreak(item, view, context.breaks[index]); }
    if (item.kind === 'tick') { return drawTick(item, view); }
    if (item.kind === 'cell') {
      var column = view.column(item.start), x0 = column.middle - column.half, x1 = column.middle + column.half;
      return drawBlock(item, view, {x0: x0 + 1, x1: x1 - 1, sure0: x0 + 1, sure1: x1 - 1, y0: view.top(item.row), y1: view.bottom(item.row)});
    }
    if (view.x(item.end) <= view.left || view.x(item.start) >= view.right) { return []; }
    box = span(item, view);
    if (item.kind === 'band') {
      box.y0 = Math.min(view.y(item.row), view.y(item.lastRow));
      box.y1 = Math.max(view.y(item.row), view.y(item.lastRow));
      return drawBlock(item, view, box);
    }
    return item.kind === 'absence' ? drawAbsence(item, view, box) : drawBlock(item, view, box);
  }

  // ---- what the server and the browser share ---------------------------------------------------------------------

  function theme(scheme) {
    var palette = PALETTES[scheme], text = {color: palette.ink, fontFamily: FAMILY, fontSize: SIZE};
    var axis = {
      axisLine: {show: true, lineStyle: {color: palette.muted}}, axisTick: {show: false},
      axisLabel: {color: palette.ink, fontSize: SIZE, fontFamily: FAMILY},
      splitLine: {lineStyle: {color: palette.hair}}, nameTextStyle: text
    };
    return {
      backgroundColor: 'transparent', textStyle: text, categoryAxis: axis, valueAxis: axis,
      legend: {textStyle: text}, custom: {itemPayload: {scheme: scheme}},
      tooltip: {
        renderMode: 'richText', confine: true, backgroundColor: palette.page, borderColor: palette.muted, textStyle: text
      }
    };
  }

  function register(echarts) {
    echarts.registerCustomSeries('lane', drawLane);
    echarts.registerTheme('inspection-light', theme('light'));
    echarts.registerTheme('inspection-dark', theme('dark'));
  }

  // prepare sets what no option may decide: nothing moves, and no clock of the reader's moves a date.
  function prepare(option) {
    option.animation = false;
    option.useUTC = true;
    return option;
  }

  root.InspectionCharts = {register: register, prepare: prepare, palettes: PALETTES, patterns: PATTERNS};
  if (root.echarts) { register(root.echarts); }
})(typeof globalThis !== 'undefined' ? globalThis : this);
