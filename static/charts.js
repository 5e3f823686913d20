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
 * internal/chart/lane_payload.go says what each item and each of its fields means.
 *
 * x is a value axis in milliseconds UTC (never 'time': it would follow the reader's clock), y a category axis with
 * inverse: true, or a value axis for bands, labels and lines.
 */
(function (root) {
  'use strict';

  var FAMILY = 'Helvetica Neue, Arial, Liberation Sans, sans-serif'; // unquoted: ECharts would not escape a quote
  var SIZE = 12, LINE = 15, FONT = SIZE + 'px ' + FAMILY;
  var ROOM = 1.15; // the reader's font may be wider than the table that measured the word

  // Each look has its own pattern, so that print, grey and colour-blind eyes tell what colour tells.
  var PATTERNS = {
    outstanding: 'dots', good: 'plain', requires_improvement: 'hatch', inadequate: 'cross', adequate: 'level',
    neutral: 'line', named: 'disc', not_named: 'plain', list_not_held: 'hatch', not_judged: 'line',
    no_such_judgement: 'dash', not_inspected_yet: 'stop', grade_not_found: 'query', visit: 'diamond',
    not_published: 'times', before_record: 'slash', area_open: 'hatch', area_closed: 'plain', area_unrecorded: 'stop',
    said: 'plain', not_mentioned: 'level', no_view: 'stop'
  };

  var PALETTES = {
    light: {
      page: '#ffffff', ink: '#16202a', muted: '#55606b', hair: '#d9dfe4', track: '#f4f6f7', soft: '#a9b4bd',
      looks: {
        outstanding: {fill: '#79c7b6', line: '#2b8676', edge: '#07493f'},
        good: {fill: '#cfe7ea', line: '#8fbfc6', edge: '#1d5f6b'},
        requires_improvement: {fill: '#f7e0ae', line: '#cf9d3f', edge: '#7a5200'},
        inadequate: {fill: '#e2a8ae', line: '#a84c5d', edge: '#6b1427'},
        adequate: {fill: '#e9e9e6', line: '#a5a59f', edge: '#55554f'},
        neutral: {fill: '#e9e9e6', line: '#a5a59f', edge: '#55554f'},
        named: {fill: '#c3d3e8', line: '#274b7a', edge: '#274b7a'},
        area_open: {fill: '#e8eff8', line: '#6d8fbd', edge: '#274b7a'},
        area_closed: {fill: '#a9c2e2', line: '#274b7a', edge: '#274b7a'},
        said: {fill: '#e8eff8', line: '#274b7a', edge: '#274b7a'}
      }
    },
    dark: {
      page: '#14181c', ink: '#f2f5f7', muted: '#aab5bf', hair: '#323a42', track: '#1c2228', soft: '#5d6872',
      looks: {
        outstanding: {fill: '#14695d', line: '#5fc4b1', edge: '#a5e8da'},
        good: {fill: '#1d4650', line: '#3c7784', edge: '#8fcbd6'},
        requires_improvement: {fill: '#5a430f', line: '#b58a35', edge: '#f0cb80'},
        inadequate: {fill: '#6e2335', line: '#c06b7e', edge: '#f4b3c0'},
        adequate: {fill: '#34393e', line: '#747d86', edge: '#b6bfc7'},
        neutral: {fill: '#34393e', line: '#747d86', edge: '#b6bfc7'},
        named: {fill: '#29456c', line: '#a9c7ef', edge: '#a9c7ef'},
        area_open: {fill: '#1f3149', line: '#5f83b5', edge: '#a9c7ef'},
        area_closed: {fill: '#345a8f', line: '#a9c7ef', edge: '#a9c7ef'},
        said: {fill: '#1f3149', line: '#a9c7ef', edge: '#a9c7ef'}
      }
    }
  };
  ['light', 'dark'].forEach(function (scheme) {
    var palette = PALETTES[scheme];
    Object.keys(PATTERNS).forEach(function (look) { // absences have no colours of their own
      palette.looks[look] = palette.looks[look] || {fill: palette.track, line: palette.muted, edge: palette.muted};
    });
    palette.looks.list_not_held.line = palette.soft;
  });

  // Depths: patterns lie under words, and what stands for one day lies over what lasts.
  var GROUND = 0, FILL = 10, PATTERN = 11, EDGE = 12, PLATE = 13, WORD = 14, TICK = 15, BREAK = 20, MARK = 30;

  function round(n) { return Math.round(n * 10) / 10; }

  function rect(x0, y0, x1, y1, fill, depth, opacity) {
    var shape = {x: round(x0), y: round(y0), width: round(Math.max(0, x1 - x0)), height: round(Math.max(0, y1 - y0))};
    return {type: 'rect', z2: depth, silent: depth === GROUND, shape: shape, style: {fill: fill, opacity: opacity == null ? 1 : opacity}};
  }

  function stroke(d, colour, width, depth, dash) {
    var style = {stroke: colour, lineWidth: width, fill: 'none', lineCap: dash ? 'butt' : 'round', lineDash: dash || null};
    return {type: 'path', z2: depth, silent: true, shape: {pathData: d}, style: style};
  }

  function polygon(points, fill, edge, depth) {
    points = points.map(function (p) { return [round(p[0]), round(p[1])]; });
    return {type: 'polygon', z2: depth, shape: {points: points}, style: {fill: fill, stroke: edge, lineWidth: 1.25}};
  }

  function label(text, x, y, colour, align, depth) {
    return {type: 'text', z2: depth, silent: true, style: {text: text, x: round(x), y: round(y), fill: colour, align: align,
      verticalAlign: 'middle', fontSize: SIZE, fontFamily: FAMILY}};
  }

  function line(x0, y0, x1, y1) {
    return 'M' + round(x0) + ',' + round(y0) + 'L' + round(x1) + ',' + round(y1);
  }

  function measure(text) { return root.echarts.format.getTextRect(text, FONT).width * ROOM; }

  function plain(text) { return String(text).replace(/\s+/g, ' ').trim(); }

  // Patterns keep to one grid across the picture, so that neighbours of one look join without a seam. Lines are cut at the
  // box by arithmetic: a clip path would be one more thing to serve and to print.
  function diagonals(box, gap, rising) {
    var d = '', width = box.x1 - box.x0, height = box.y1 - box.y0;
    var phase = rising ? box.x0 + box.y0 : box.y0 - box.x1;
    for (var c = Math.ceil(phase / gap) * gap - phase; c < width + height; c += gap) {
      var from = Math.max(0, c - height), to = Math.min(width, c);
      var a = rising ? box.x0 + from : box.x1 - from, b = rising ? box.x0 + to : box.x1 - to;
      d += line(a, box.y0 + c - from, b, box.y0 + c - to);
    }
    return d;
  }

  function levels(box, gap) {
    var d = '';
    for (var y = Math.ceil((box.y0 + 1) / gap) * gap; y < box.y1 - 1; y += gap) { d += line(box.x0, y, box.x1, y); }
    return d;
  }

  // Down a box signs are centred instead: on a grid, a low band could miss every row and lose its pattern. A leader is one
  // row of them, centred along it too.
  function signs(box, sign, across, down, leader) {
    var d = '', half = across / 2, rows = leader ? 1 : Math.max(1, Math.floor((box.y1 - box.y0) / down));
    var left = box.x0 + (box.joinLeft ? 0 : half), right = box.x1 - (box.joinRight ? 0 : half);
    if (right < left && !leader) { return sign((left + right) / 2, (box.y0 + box.y1) / 2); }
    var first = leader ? left + (right - left) % across / 2 : Math.ceil(left / across) * across;
    if (first > right) { first = (left + right) / 2; } // narrower than the grid: it would slip between two columns
    for (var r = 0; r < rows; r++) {
      var y = (box.y0 + box.y1 + (2 * r + 1 - rows) * down) / 2;
      for (var x = first; x <= right; x += across) { d += sign(x, y); }
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
    if (name === 'plain' || box.x1 - box.x0 < 2 || box.y1 - box.y0 < 2) { return []; }
    if (name === 'disc') { return [stroke(SIGNS.stop((box.x0 + box.x1) / 2, middle), colour, 9, PATTERN)]; }
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
    d = signs(box, SIGNS[name], name === 'dash' ? 16 : 14, 14, leader);
    return d ? [stroke(d, colour, name === 'stop' ? 2.2 : 1.2, PATTERN)] : [];
  }

  // fit finds the first candidate that fits whole, on one line or on up to three, between left and right without
  // touching a break: {lines, x, room}, or null.
  function fit(words, left, right, height, view) {
    var spaces = clear(left, right, view);
    for (var i = 0; i < (words || []).length; i++) {
      var text = plain(words[i]);
      for (var count = 1; text && count <= 3 && height >= count * LINE; count++) {
        var lines = broken(text, count), wide = lines ? breadth(lines) : Infinity;
        for (var s = 0; s < spaces.length; s++) {
          var room = spaces[s][1] - spaces[s][0];
          if (wide <= room) { return {lines: lines, x: spaces[s][0], room: room}; }
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

  // broken sets a text on so many lines, as narrow as it can be; null where it has fewer words.
  function broken(text, count) {
    var parts = text.split(' '), best = count === 1 ? [text] : null;
    for (var i = 1; count > 1 && i < parts.length; i++) {
      var rest = broken(parts.slice(i).join(' '), count - 1), lines = rest && [parts.slice(0, i).join(' ')].concat(rest);
      if (lines && (!best || breadth(lines) < breadth(best))) { best = lines; }
    }
    return best;
  }

  function breadth(lines) { return Math.max.apply(null, lines.map(measure)); }

  // The plate is a little narrower than the room kept free: beyond it a wider font meets pattern, not an edge.
  function write(parts, lines, x, box, colour, align, plate) {
    var top = (box.y0 + box.y1 - (lines.length - 1) * LINE) / 2, wide = breadth(lines) * 1.1 / ROOM + 9;
    if (plate) {
      var left = align === 'center' ? x - wide / 2 : x - 5;
      var middle = (box.y0 + box.y1) / 2, high = lines.length * LINE / 2 + 1;
      parts.push(rect(left, Math.max(box.y0 + 1, middle - high), left + wide, Math.min(box.y1 - 1, middle + high), plate, PLATE));
    }
    lines.forEach(function (text, i) { parts.push(label(text, x, top + i * LINE, colour, align, WORD)); });
  }

  // span turns an item into pixels: where it may begin, where it surely stands, from where it is open, where it ends.
  function span(item, view) {
    var clamp = function (x) { return Math.min(view.right, Math.max(view.left, x)); };
    var x0 = view.x(item.start), x1 = view.x(item.end);
    var sure0 = item.startSure > item.start ? Math.max(view.x(item.startSure), x0 + 10) : x0;
    var box = {
      soft: sure0 > x0, open: item.openFrom < item.end, cutLeft: x0 < view.left - 1, cutRight: x1 > view.right + 1,
      x0: clamp(x0) + 1, x1: clamp(x1) - 1, y0: view.top(item.row), y1: view.bottom(item.lastRow)
    };
    box.sure0 = Math.max(box.x0, Math.min(clamp(sure0), box.x1));
    box.sure1 = box.open ? Math.min(box.x1, Math.max(clamp(view.x(item.openFrom)), box.sure0)) : box.x1;
    return box;
  }

  function drawBlock(item, view, box) {
    var look = view.palette.looks[item.look] || view.palette.looks.neutral, parts = [];
    var exact = !box.soft && !box.cutLeft && !box.joinLeft, spine = exact && item.kind === 'block' ? 4 : 0;
    if (box.x1 - box.x0 < spine + 1) { box.x1 = box.sure1 = box.x0 + spine + 1; }
    parts.push(rect(box.sure0, box.y0, box.sure1, box.y1, look.fill, FILL));
    for (var i = 0, step = (box.sure0 - box.x0) / 4; box.soft && i < 4; i++) {
      parts.push(rect(box.x0 + i * step, box.y0, box.x0 + (i + 1) * step, box.y1, look.fill, FILL, (i + 0.6) / 4.5));
    }
    if (box.open) { parts.push(rect(box.sure1, box.y0, box.x1, box.y1, look.fill, FILL, 0.4)); }
    parts = parts.concat(pattern(item.look, {x0: box.sure0 + spine, x1: box.sure1, y0: box.y0, y1: box.y1,
      joinLeft: box.joinLeft, joinRight: box.joinRight}, look.line));
    if (box.open) {
      pattern(item.look, {x0: box.sure1, x1: box.x1, y0: box.y0, y1: box.y1}, look.line).forEach(function (p) {
        p.style.opacity = 0.5;
        parts.push(p);
      });
    }

    var firm = line(box.sure0, box.y0, box.sure1, box.y0) + line(box.sure0, box.y1, box.sure1, box.y1), loose = '';
    if (exact && !spine) { firm += line(box.x0, box.y0, box.x0, box.y1); }
    if (!box.open && !box.cutRight && !box.joinRight) { firm += line(box.x1, box.y0, box.x1, box.y1); }
    if (box.soft) { loose += frame(box.x0, box.sure0, box) + line(box.x0, box.y0, box.x0, box.y1); }
    if (box.open) { loose += frame(box.sure1, box.x1, box); }
    parts.push(stroke(firm, look.edge, 1.25, EDGE));
    if (loose) { parts.push(stroke(loose, look.edge, 1.25, EDGE, [4, 3])); }
    if (spine) { parts.push(rect(box.x0 - 0.6, box.y0 - 0.6, box.x0 + spine, box.y1 + 0.6, look.edge, EDGE)); }

    // The word stands on the sure part if it can, and may run on over the open part: both carry the same grade.
    var word = fit(item.words, box.sure0 + spine + 7, (box.open ? box.x1 : box.sure1) - 4, box.y1 - box.y0 - 2, view);
    if (word) {
      var centred = item.kind === 'cell' || item.kind === 'band';
      write(parts, word.lines, centred ? word.x + word.room / 2 : word.x, box, view.palette.ink, centred ? 'center' : 'left',
        PATTERNS[item.look] === 'plain' ? null : look.fill);
    }
    if (item.stack) { write(parts, item.stack.map(plain), (box.x0 + box.x1) / 2, box, view.palette.ink, 'center', look.fill); }
    return parts;
  }

  // frame is the dashed top and bottom of a part that is not sure.
  function frame(x0, x1, box) { return line(x0, box.y0, x1, box.y0) + line(x0, box.y1, x1, box.y1); }

  function drawAbsence(item, view, box) {
    var palette = view.palette, parts = [rect(box.x0, box.y0, box.sure1, box.y1, palette.track, FILL)];
    var rest = {x0: box.x0 + 5, x1: box.sure1 - 5, y0: box.y0, y1: box.y1};
    var word = fit(item.words, box.x0 + 8, box.sure1 - 4, box.y1 - box.y0, view);
    if (box.open) { parts.push(stroke(frame(box.sure1, box.x1, box), palette.muted, 1, EDGE, [4, 3])); }
    if (word) {
      write(parts, word.lines, word.x, box, palette.muted, 'left', null);
      rest.x0 = word.x + breadth(word.lines) + 4;
    }
    if (!box.soft && !box.cutLeft) { parts.push(stroke(line(box.x0, box.y0, box.x0, box.y1), palette.muted, 1.25, EDGE)); }
    return parts.concat(pattern(item.look, rest, palette.muted, true));
  }

  var GLYPH = 8, RISE = 3; // half of the room that a mark takes on its line, and that a rise or fall of a line takes

  function isMark(item) { return item.kind === 'mark' || item.kind === 'dot' || item.kind === 'event'; }

  function markX(item, view) {
    return (view.x(item.start) + view.x(item.startSure > item.start ? item.startSure : item.start)) / 2;
  }

  // placeMarks gives every mark a line of its row and the longest words that touch nothing. When the marks themselves
  // collide it starts again with shorter words; in the last round marks may overlap, for then their dates are the same.
  function placeMarks(items, view) {
    var marks = [], longest = 0, skip = 0, places;
    items.forEach(function (item, i) {
      var x = isMark(item) ? markX(item, view) : NaN;
      if (x >= view.left - 1 && x <= view.right + 1) {
        marks.push({index: i, item: item, x: x});
        longest = Math.max(longest, (item.words || []).length);
      }
    });
    marks.sort(function (a, b) { return a.x - b.x || a.index - b.index; });
    do { places = placeRound(marks, view, skip, skip > longest); skip++; } while (!places);
    return places;
  }

  function placeRound(marks, view, skip, last) {
    var places = {}, taken = {above: marks.filter(function (m) { return m.item.above; }).map(function (m) {
      return {level: 0, from: m.x - RISE, to: m.x + RISE, own: m};
    })};
    for (var m = 0; m < marks.length; m++) {
      var mark = marks[m], above = mark.item.above, key = above ? 'above' : mark.item.row + '-' + mark.item.lastRow;
      var lane = taken[key] = taken[key] || [];
      var top = view.top(mark.item.row), tall = view.bottom(mark.item.lastRow) - top;
      var count = above ? 1 : Math.max(1, Math.floor(tall / (2 * GLYPH + 2)));
      var place = findPlace(mark, (mark.item.words || []).slice(skip), lane, count, view);
      if (!place && !last) { return null; }
      place = place || {level: 0, words: '', from: mark.x, to: mark.x};
      place.x = mark.x;
      place.y = top + (place.level + 0.5) * tall / count;
      lane.push(place);
      places[mark.index] = place;
    }
    return places;
  }

  // Words keep off the breaks if any candidate can; else the longest that fits interrupts one, for a visit without its
  // topic says little.
  function findPlace(mark, words, lane, count, view) {
    var choices = words.map(plain).filter(Boolean);
    return choose(mark, choices, lane, count, view, false) ||
      choose(mark, mark.item.above ? [''] : choices.concat(''), lane, count, view, true);
  }

  function choose(mark, choices, lane, count, view, across) {
    for (var i = 0; i < choices.length; i++) {
      var wide = choices[i] ? measure(choices[i]) + 6 : 0;
      for (var level = 0; level < count; level++) {
        for (var side = 0; side < (wide ? 2 : 1); side++) {
          var half = mark.item.above ? RISE : GLYPH;
          var from = mark.x - (wide && side ? GLYPH + wide : half), to = mark.x + (wide && !side ? GLYPH + wide : half);
          var inside = !wide || (side ? from >= view.left : to <= view.right + 6), crossed = crosses(view, from, to, mark.x);
          if (inside && (across || !crossed) && isFree(lane, level, from, to, mark)) {
            return {level: level, words: choices[i], left: side === 1, from: from, to: to, crossed: crossed};
          }
        }
      }
    }
    return null;
  }

  function crosses(view, from, to, own) {
    return view.breaks.some(function (x) { return x > from - 2 && x < to + 2 && Math.abs(x - own) > GLYPH; });
  }

  function isFree(lane, level, from, to, own) {
    return lane.every(function (t) { return t.level !== level || t.own === own || to + 4 <= t.from || from >= t.to + 4; });
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
      pattern(item.look, box, look.line).forEach(function (p) { p.z2 = MARK; parts.push(p); });
      parts.push(stroke('M' + round(box.x0) + ',' + round(box.y0) + 'h12v12h-12Z', look.edge, 1.5, MARK));
    } else {
      var r = item.unconfirmed ? GLYPH + 1 : GLYPH - 1.5;
      parts.push(polygon([[x, y - r], [x + r, y], [x, y + r], [x - r, y]], item.unconfirmed ? palette.page : palette.ink,
        palette.ink, MARK));
      if (item.unconfirmed) { parts.push(label('?', x, y, palette.ink, 'center', MARK + 1)); }
    }
    if (place.words) {
      var gap = GLYPH + 4, base = item.above ? y - LINE : y;
      if (place.crossed) {
        var from = place.left ? place.from : x + gap - 3, to = place.left ? x - gap + 3 : place.to;
        parts.push(rect(from, base - 8, to, base + 8, palette.page, MARK - 1));
      }
      parts.push(label(place.words, place.left ? x - gap : x + gap, base, palette.ink, place.left ? 'right' : 'left', MARK));
    }
    return parts;
  }

  function drawBreak(item, view, words) {
    var x = view.x(item.start), ink = view.palette.ink, parts = [];
    if (x < view.left - 1 || x > view.right + 1) { return []; }
    view.strips.forEach(function (strip, i) {
      var top = i === 0 && !view.named ? strip[0] - 5 : strip[0], bottom = strip[1];
      parts.push(item.edge === 'day' ? stroke(line(x, top, x, bottom), ink, 1.25, TICK, [2, 3]) :
        item.edge === 'framework' ?
        stroke(line(x - 2, top, x - 2, bottom) + line(x + 2, top, x + 2, bottom), ink, 1.25, BREAK, [5, 3]) :
        rect(x - 1.75, top, x + 1.75, bottom, ink, BREAK));
    });
    if (words.text) { parts.push(label(words.text, words.x, view.plot.y - 14, ink, 'left', BREAK)); }
    return parts;
  }

  // Words of a break stand above the plot and over its own line. Where they do not all fit, some are shorter.
  function placeBreaks(items, view) {
    var breaks = [], places = null;
    items.forEach(function (item, i) {
      var words = (item.words || []).map(plain).concat('');
      if (item.kind === 'break') { breaks.push({index: i, x: view.x(item.start), words: words}); }
    });
    breaks.sort(function (a, b) { return a.x - b.x || a.index - b.index; });
    for (var shorter = 0; !places; shorter++) { places = placeBefore(breaks, breaks.length - 1, view.width, shorter); }
    return places;
  }

  // placeBefore places a break and all before it left of a limit, with candidates that are so many steps shorter in all.
  function placeBefore(breaks, n, limit, shorter) {
    if (n < 0) { return shorter ? null : {}; }
    var one = breaks[n];
    for (var i = 0; i < one.words.length; i++) {
      var text = one.words[i], wide = text ? measure(text) : 0, cost = text ? i : i + 4; // no words at all come last
      for (var side = 0; cost <= shorter && side < 2; side++) { // centred on the line, or beginning at it
        var x = Math.max(0, Math.min(side ? one.x - 4 : one.x - wide / 2, limit - wide));
        if (text && (x > one.x || x + wide < one.x || x + wide > limit)) { continue; }
        var places = placeBefore(breaks, n - 1, text ? x - 10 : limit, shorter - cost);
        if (places) {
          places[one.index] = {text: text, x: x};
          return places;
        }
      }
    }
    return null;
  }

  // placeLabels sets words beside the plot at the heights of what they name, from the foot up and none upon another.
  function placeLabels(items, view) {
    var labels = [], places = {}, free = view.plot.y + view.plot.height + LINE;
    items.forEach(function (item, i) {
      var word = item.kind === 'label' ? fit(item.words, view.right + 20, view.width, 3 * LINE, {breaks: []}) : null;
      if (word) { labels.push({index: i, lines: word.lines, at: (view.y(item.row) + view.y(item.lastRow)) / 2}); }
    });
    labels.sort(function (a, b) { return b.at - a.at || a.index - b.index; }).forEach(function (l) {
      var half = l.lines.length * LINE / 2 + 2;
      l.y = Math.min(l.at, free - half);
      free = l.y - half;
      places[l.index] = l;
    });
    return places;
  }

  function drawLabel(item, view, place) {
    if (!place) { return []; }
    var x = view.right, leader = line(view.x(item.start) + 2, place.at, x + 6, place.at) + line(x + 6, place.at, x + 16, place.y);
    var parts = [stroke(leader, view.palette.muted, 1, TICK)];
    write(parts, place.lines, x + 20, {y0: place.y, y1: place.y}, view.palette.ink, 'left', null);
    return parts;
  }

  function drawNote(item, view) {
    var middle = (view.top(item.row) + view.bottom(item.lastRow)) / 2, parts = [], look = view.palette.looks[item.look];
    var left = Math.max(view.left, view.x(item.start)) + 8, right = Math.min(view.right, view.x(item.end));
    var word = fit(item.words, left, right, 3 * LINE, view), box = {y0: middle - 2 * LINE, y1: middle + 2 * LINE};
    if (word) { write(parts, word.lines, word.x, box, view.palette.muted, 'left', look ? look.fill : null); }
    return parts;
  }

  function circle(x, y, r, fill, edge, depth) {
    return {type: 'circle', z2: depth, shape: {cx: round(x), cy: round(y), r: r}, style: {fill: fill, stroke: edge, lineWidth: 1.75}};
  }

  // drawDates joins the ring of the original day to the disc of the latest one. A day that did not move has both in one
  // place, the ring around the disc.
  function drawDates(item, view) {
    var from = view.x(item.start), to = view.x(item.end), y = (view.top(item.row) + view.bottom(item.lastRow)) / 2;
    var ink = view.palette.ink, page = view.palette.page, stays = item.start === item.end;
    var parts = [stroke(line(from, y, to, y), ink, 2, TICK), circle(from, y, stays ? 8 : 5, page, ink, MARK), circle(to, y, 5, ink, ink, MARK)];
    var right = fit(item.words, Math.max(from, to) + 13, view.width, LINE, view);
    var left = right ? null : fit(item.words, 0, Math.min(from, to) - 13, LINE, view);
    if (right) { parts.push(label(right.lines[0], right.x, y, ink, 'left', MARK)); }
    if (left) { parts.push(label(left.lines[0], left.x + left.room, y, ink, 'right', MARK)); }
    return parts;
  }

  function drawTick(item, view) {
    var x = (view.x(item.start) + view.x(item.end)) / 2, foot = view.floor(item.lastRow);
    return x < view.left || x > view.right ? [] :
      [polygon([[x - 4, foot], [x + 4, foot], [x, foot - 5]], view.palette.ink, null, TICK)];
  }

  function drawGround(view, payload) {
    var plot = view.plot, palette = view.palette, parts = [];
    var d = line(view.left, plot.y, view.right, plot.y);
    for (var r = 0; r < view.rows && view.tall >= LINE; r++) { // lower rows are the units of a value axis
      var foot = plot.y + (r + 1) * view.tall;
      if (!view.joined[r]) { d += line(view.left, foot, view.right, foot); }
    }
    (payload.names || []).forEach(function (name, r) {
      if (!name) { return; }
      var text = label(plain(name), plot.x, view.floor(r - 1) + 11, palette.ink, 'left', WORD);
      text.style.fontWeight = 600;
      parts.push(text);
    });
    if (!payload.years) { return parts.concat(stroke(d, palette.hair, 1, GROUND)); }
    var first = new Date(view.time(view.left)).getUTCFullYear(), last = new Date(view.time(view.right)).getUTCFullYear();
    var wide = measure('2000'), step = 1;
    var one = view.x(Date.UTC(first + 1, 0, 1)) - view.x(Date.UTC(first, 0, 1));
    while (one * step < wide + 6) { step = step === 1 ? 2 : step === 2 ? 5 : step * 2; }
    for (var year = first; year <= last; year++) {
      var from = view.x(Date.UTC(year, 0, 1)), to = view.x(Date.UTC(year + 1, 0, 1));
      var middle = (Math.max(from, view.left) + Math.min(to, view.right)) / 2;
      if (from > view.left + 1) { d += view.strips.map(function (s) { return line(from, s[0], from, s[1]); }).join(''); }
      var fits = step > 1 ? middle - wide / 2 >= view.left - 4 && middle + wide / 2 <= view.right + 4 :
        Math.min(to, view.right) - Math.max(from, view.left) >= wide;
      if (fits && year % step === 0) {
        parts.push(label(String(year), middle, plot.y + plot.height + 13, palette.muted, 'center', GROUND));
      }
    }
    return parts.concat(stroke(d, palette.hair, 1, GROUND));
  }

  function makeView(params, api) {
    var payload = params.itemPayload, plot = params.coordSys, inset = payload.inset || [5, 5];
    var zero = api.coord([0, 0])[0], slope = (api.coord([1e11, 0])[0] - zero) / 1e11, tall = api.size([0, 1])[1];
    var view = {
      palette: PALETTES[payload.scheme] || PALETTES.light, plot: plot, width: api.getWidth(),
      left: plot.x, right: plot.x + plot.width, named: Boolean(payload.names),
      rows: Math.round(plot.height / tall), tall: tall, column: api.size([1, 0])[0],
      x: function (value) { return api.coord([value, 0])[0]; },
      y: function (value) { return api.coord([0, value])[1]; },
      time: function (x) { return (x - zero) / slope; },
      floor: function (row) { return api.coord([0, row])[1] + tall / 2; },
      top: function (row) { return view.floor(row) - tall + inset[0]; },
      bottom: function (row) { return view.floor(row) - inset[1]; },
      breaks: [], joined: {}, starts: {}, ends: {}, strips: [[plot.y, plot.y + plot.height]]
    };
    payload.items.forEach(function (item) {
      if (item.kind === 'break') { view.breaks.push(view.x(item.start)); }
      if (item.kind === 'band') { view.starts[item.look + item.start] = view.ends[item.look + item.end] = true; }
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
      context.labels = placeLabels(items, context.view);
      if (params.itemPayload.years || params.itemPayload.names) { parts = drawGround(context.view, params.itemPayload); }
    }
    return {type: 'group', children: parts.concat(drawItem(items[params.dataIndex], params.dataIndex, context))};
  }

  function drawItem(item, index, context) {
    var view = context.view, box;
    if (isMark(item)) { return context.marks[index] ? drawMark(item, view, context.marks[index]) : []; }
    if (item.kind === 'break') { return drawBreak(item, view, context.breaks[index]); }
    if (item.kind === 'tick') { return drawTick(item, view); }
    if (item.kind === 'label') { return drawLabel(item, view, context.labels[index]); }
    if (item.kind === 'note') { return drawNote(item, view); }
    if (item.kind === 'dates') { return drawDates(item, view); }
    if (item.kind === 'cell') {
      var x0 = view.x(item.start) - view.column / 2 + 1, x1 = x0 + view.column - 2;
      return drawBlock(item, view, {x0: x0, x1: x1, sure0: x0, sure1: x1, y0: view.top(item.row), y1: view.bottom(item.row)});
    }
    if (view.x(item.end) <= view.left || view.x(item.start) >= view.right) { return []; }
    box = span(item, view);
    if (item.kind === 'band') {
      box.y0 = Math.min(view.y(item.row), view.y(item.lastRow));
      box.y1 = Math.max(view.y(item.row), view.y(item.lastRow));
      box.joinLeft = view.ends[item.look + item.start];
      box.joinRight = view.starts[item.look + item.end];
      if (box.joinLeft) { box.x0 = box.sure0 = Math.round(box.x0 - 1); } // on whole pixels no seam shows between the two
      if (box.joinRight) { box.x1 = box.sure1 = Math.round(box.x1 + 1); }
      return drawBlock(item, view, box);
    }
    return item.kind === 'absence' ? drawAbsence(item, view, box) : drawBlock(item, view, box);
  }

  function theme(scheme) {
    var palette = PALETTES[scheme], text = {color: palette.ink, fontFamily: FAMILY, fontSize: SIZE};
    var axis = {
      axisLine: {show: true, lineStyle: {color: palette.muted}}, axisTick: {show: false},
      axisLabel: {color: palette.ink, fontSize: SIZE, fontFamily: FAMILY, lineHeight: LINE},
      splitLine: {lineStyle: {color: palette.hair}}, nameTextStyle: text
    };
    return {
      backgroundColor: 'transparent', color: [palette.ink], textStyle: text, categoryAxis: axis, valueAxis: axis,
      title: {textStyle: {color: palette.ink, fontFamily: FAMILY, fontSize: SIZE, fontWeight: 600}},
      custom: {z: 3, itemPayload: {scheme: scheme}}, // as high as lines, so that depths decide
      sankey: {
        layoutIterations: 0, draggable: false, // the option says where everything stands
        label: {color: palette.ink, fontFamily: FAMILY, fontSize: SIZE, lineHeight: LINE}, itemStyle: {opacity: 0},
        lineStyle: {color: 'source', opacity: 0.8, curveness: 0.5, borderColor: palette.muted, borderWidth: 0.5}
      },
      tooltip: {confine: true, backgroundColor: palette.page, borderColor: palette.muted, textStyle: text}
    };
  }

  // paintFlows gives what flows from a post the colour of its look. An option cannot: it is the same in both schemes.
  function paintFlows(ecModel) {
    var palette = PALETTES[ecModel.getTheme().get(['custom', 'itemPayload', 'scheme'])] || PALETTES.light;
    ecModel.eachSeriesByType('sankey', function (series) {
      series.getGraph().eachNode(function (node) {
        var look = palette.looks[node.getModel().get('look')] || palette.looks.neutral;
        node.setVisual('color', look.fill);
        node.setVisual('style', {fill: look.fill});
      });
    });
  }

  function register(echarts) {
    echarts.registerCustomSeries('lane', drawLane);
    echarts.registerVisual(echarts.PRIORITY.VISUAL.POST_CHART_LAYOUT, paintFlows);
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
