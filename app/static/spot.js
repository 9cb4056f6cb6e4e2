// What a screenshot asks of a page whose own scripts never ran: where a thing stands, covered numbers, a mark on it.
(() => {
  const MOST_LETTERS = 3000000, MOST_LINKS = 5000, MOST_HITS = 40, MOST_ELEMENTS = 60000;
  const WIDTH = document.documentElement.clientWidth, RED = '#c8102e', BLUE = '#1c4a85';
  const UNREAD = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'TITLE', 'OPTION']);
  const NUMBERS = /\d{6}|[０-９]{6}|\d{4}[ -]\d{4}/;
  const squeezed = text => text.replace(/\s+/g, '');
  let drawn = [], changed = [];

  function* textNodes() {
    if (!document.body) return;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());)
      if (!UNREAD.has(node.parentElement?.tagName)) yield node;
  }

  // the letters of the page without white space, and where in them each text node begins
  function letters() {
    const nodes = [], starts = [];
    let whole = '', parts = [], length = 0;
    for (const node of textNodes()) {
      const text = squeezed(node.data);
      if (!text) continue;
      nodes.push(node); starts.push(length); parts.push(text);
      if ((length += text.length) > MOST_LETTERS) break;
    }
    whole = parts.join('');
    return {whole, nodes, starts};
  }

  function place(index, position, after) {
    let low = 0, high = index.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (index.starts[middle] <= position) low = middle; else high = middle - 1;
    }
    const data = index.nodes[low].data;
    let left = position - index.starts[low], offset = 0;
    for (; offset < data.length; offset++)
      if (!/\s/.test(data[offset]) && left-- === 0) break;
    return [index.nodes[low], offset + (after ? 1 : 0)];
  }

  const area = rect => rect.width * rect.height;
  const visible = thing => {
    const rect = thing.getBoundingClientRect();
    if (area(rect) < 4 || rect.right <= 0 || rect.bottom + scrollY <= 0 || rect.left >= WIDTH) return false;
    const element = thing.nodeType === 1 ? thing : thing.startContainer.parentElement;
    return element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  };

  function ranges(needle) {
    const index = letters(), text = squeezed(needle), found = [];
    if (!text) return found;
    for (let at = index.whole.indexOf(text); at >= 0 && found.length < MOST_HITS; at = index.whole.indexOf(text, at + 1)) {
      const range = document.createRange();
      range.setStart(...place(index, at, false));
      range.setEnd(...place(index, at + text.length - 1, true));
      found.push(range);
    }
    return found;
  }

  const first = things => things.find(visible) || things[0] || null;
  const linkElements = () => [...document.querySelectorAll(
    'a[href], area[href], img[src], iframe[src], frame[src], embed[src], object[data]')].slice(0, MOST_LINKS);

  // the row of a list or table around a text, where that is no larger than a row is
  function row(range) {
    const start = range.startContainer.parentElement;
    for (const kind of ['tr', 'li', 'dt', 'dd', 'p']) {
      const element = start.closest(kind);
      if (element && visible(element) && element.getBoundingClientRect().height < 160) return element;
    }
    return range;
  }

  // the smallest element in which at least two of some labels stand
  function block(labels) {
    const starts = labels.flatMap(label => ranges(label).filter(visible).slice(0, 5).map(range => [label, range]));
    let best = null;
    for (const [, range] of starts)
      for (let element = range.startContainer.parentElement, up = 0; element && up < 12; element = element.parentElement, up++) {
        const text = squeezed(element.textContent.slice(0, 20000));
        if (labels.filter(label => text.includes(squeezed(label))).length < 2) continue;
        const table = element.closest('table') || element, size = table.getBoundingClientRect();
        if (visible(table) && size.height < 2000 && (!best || area(size) < area(best.getBoundingClientRect()))) best = table;
        break;
      }
    return best;
  }

  function locate(wanted) {
    if (wanted.how === 'link') return first(wanted.numbers.map(number => linkElements()[number]).filter(Boolean));
    if (wanted.how === 'block') return block(wanted.texts);
    const found = first(ranges(wanted.texts[0]));
    return found && wanted.how === 'row' && visible(found) ? row(found) : found;
  }

  function change(element, property, value) {
    changed.push([element, element.getAttribute('style')]);
    element.style.setProperty(property, value, 'important');
  }

  // show what the page hides, as far up as it is hidden
  function reveal(thing) {
    const own = thing.nodeType === 1 ? thing : thing.startContainer.parentElement;
    for (let element = own, up = 0; element && element !== document.documentElement && up < 40; element = element.parentElement, up++) {
      const style = getComputedStyle(element), small = area(element.getBoundingClientRect()) < 4;
      if (style.display === 'none') change(element, 'display', 'block');
      if (style.visibility !== 'visible') change(element, 'visibility', 'visible');
      if (style.opacity < 1) change(element, 'opacity', '1');
      if (style.clip !== 'auto') change(element, 'clip', 'auto');
      if (style.clipPath !== 'none') change(element, 'clip-path', 'none');
      if (style.transform !== 'none') change(element, 'transform', 'none');
      if (parseFloat(style.textIndent) < 0) change(element, 'text-indent', '0');
      if (parseFloat(style.fontSize) < 6) change(element, 'font-size', '14px');
      if (parseFloat(style.marginLeft) < -50) change(element, 'margin-left', '0');
      if (parseFloat(style.marginTop) < -50) change(element, 'margin-top', '0');
      if (style.position === 'absolute' || style.position === 'fixed') change(element, 'position', 'static');
      if (style.overflow !== 'visible' && (small || element.getBoundingClientRect().height < 6)) {
        change(element, 'overflow', 'visible'); change(element, 'height', 'auto'); change(element, 'width', 'auto');
      }
    }
    if (own.tagName === 'A' || own.tagName === 'AREA') change(own, 'color', '#0000ee');
  }

  // what floats over a page stays where the window is, and would lie on whatever is shown
  function settle(around) {
    let seen = 0;
    for (const element of document.querySelectorAll('body *')) {
      if (++seen > MOST_ELEMENTS) break;
      const position = getComputedStyle(element).position;
      if ((position === 'fixed' || position === 'sticky') && !(around && element.contains(around)))
        change(element, 'visibility', 'hidden');
    }
  }

  function draw(text, styles) {
    const box = document.createElement('div');
    box.textContent = text;
    box.style.setProperty('all', 'initial', 'important');
    for (const [name, value] of Object.entries(styles)) box.style.setProperty(name, value, 'important');
    document.documentElement.append(box);
    drawn.push(box);
    return box;
  }

  const LABEL = {position: 'absolute', 'z-index': '2147483647', color: '#fff', padding: '2px 8px',
    font: '13px/18px "Noto Sans CJK SC","Microsoft YaHei",sans-serif', 'white-space': 'nowrap', 'max-width': '900px',
    overflow: 'hidden', 'text-overflow': 'ellipsis', 'box-sizing': 'border-box'};

  return {
    links: () => linkElements().map(e => e.getAttribute('href') ?? e.getAttribute('src') ?? e.getAttribute('data') ?? ''),
    base: () => document.baseURI,
    elements: () => document.getElementsByTagName('*').length,
    bare: () => [...document.styleSheets].every(sheet => {
      try { return !sheet.cssRules.length; } catch (_) { return true; }
    }),
    numbers: () => [...textNodes()].map((node, number) => [number, node.data]).filter(([, text]) => NUMBERS.test(text)),
    cover: pairs => {
      const nodes = [...textNodes()];
      for (const [number, text] of pairs) nodes[number].data = text;
      for (const element of document.querySelectorAll('input, textarea, [placeholder], img[alt]')) {
        for (const name of ['value', 'placeholder', 'alt'])
          if (NUMBERS.test(element.getAttribute(name) || '')) element.setAttribute(name, '');
      }
    },
    // a number that markup splits is covered where it stands, letter by letter
    hide: texts => {
      for (const range of texts.flatMap(ranges)) {
        const walker = document.createTreeWalker(range.commonAncestorContainer, NodeFilter.SHOW_TEXT);
        const only = range.commonAncestorContainer.nodeType === 3;
        for (let node = only ? range.commonAncestorContainer : walker.nextNode(); node; node = only ? null : walker.nextNode()) {
          if (!range.intersectsNode(node)) continue;
          const from = node === range.startContainer ? range.startOffset : 0;
          const to = node === range.endContainer ? range.endOffset : node.data.length;
          node.data = node.data.slice(0, from) + node.data.slice(from, to).replace(/\S/g, '*') + node.data.slice(to);
        }
      }
    },
    blank: () => {
      const style = document.createElement('style');
      style.textContent = '*, *::before, *::after { background-image: none !important }'
        + ' img, svg, canvas, video, object, embed, iframe, input { visibility: hidden !important }'
        + ' *::before, *::after { content: none !important }';
      document.documentElement.append(style);
    },
    text: () => document.body ? document.body.innerText : '',
    mark: (wanted, label, note) => {
      const thing = locate(wanted);
      if (!thing) return null;
      const hidden = !visible(thing);
      const own = thing.nodeType === 1 ? thing : thing.startContainer.parentElement;
      // a hidden link without words would be an empty frame
      if (hidden && !own.textContent.trim()) return null;
      if (hidden) reveal(thing);
      settle(own);
      const tall = thing.getBoundingClientRect().height > 640;
      own.scrollIntoView({block: tall ? 'start' : 'center', inline: 'nearest', behavior: 'instant'});
      if (tall) scrollBy(0, -80);
      let rect = thing.getBoundingClientRect();
      if (rect.height > 420 && thing.nodeType !== 1) rect = thing.getClientRects()[0];
      if (!rect || area(rect) < 4) return null;
      const left = Math.max(3, rect.left - 3), top = rect.top - 3;
      const width = Math.max(8, Math.min(rect.right + 3, WIDTH - 3) - left), height = Math.min(rect.height + 6, 640);
      draw('', {position: 'absolute', left: left + scrollX + 'px', top: top + scrollY + 'px', width: width + 'px',
        height: height + 'px', border: '3px solid ' + RED, 'box-sizing': 'border-box', 'z-index': '2147483646'});
      const above = top + scrollY >= 26;
      draw(label + (hidden ? note : ''), {...LABEL, background: RED, left: Math.min(left, WIDTH - 200) + scrollX + 'px',
        top: top + scrollY + (above ? -22 : height) + 'px'});
      return {left, top, width, height, hidden};
    },
    head: (label, title) => {
      settle(null);
      // a title stands in larger letters than what else repeats its words, and leads nowhere
      const size = range => parseFloat(getComputedStyle(range.startContainer.parentElement).fontSize);
      const titles = title ? ranges(title).filter(visible).filter(r => !r.startContainer.parentElement.closest('a')) : [];
      const largest = titles.reduce((best, range) => !best || size(range) > size(best) ? range : best, null);
      scrollTo(0, largest ? Math.max(0, largest.getBoundingClientRect().top + scrollY - 120) : 0);
      draw(label, {...LABEL, background: BLUE, left: '0', top: '0', width: '100%', 'max-width': 'none',
        'text-align': 'left', position: 'fixed'});
      return !!largest;
    },
    restore: () => {
      for (const box of drawn) box.remove();
      for (const [element, style] of changed.reverse())
        if (style === null) element.removeAttribute('style'); else element.setAttribute('style', style);
      drawn = []; changed = [];
    },
  };
})()
