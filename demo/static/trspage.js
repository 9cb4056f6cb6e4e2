// Writes the pager of a static list: index.html, index_1.html, index_2.html.
function createPageHTML(pages, current, name, ext) {
  if (pages <= 1) { return; }
  for (var i = 0; i < pages; i++) {
    var href = './' + name + (i ? '_' + i : '') + '.' + ext;
    document.write(i === current ? '<b>' + (i + 1) + '</b>' : '<a href="' + href + '">' + (i + 1) + '</a>');
  }
}
