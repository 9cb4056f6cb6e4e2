// Shows the rows a list page carries in <datastore>, a page at a time, and fetches the next groups.
document.addEventListener('DOMContentLoaded', function () {
  document.querySelectorAll('.jpage').forEach(function (box) {
    var script = box.querySelector('script[type="text/xml"]');
    if (!script) { return; }
    var list = document.createElement('ul'), pager = document.createElement('div');
    pager.className = 'jpager';
    box.appendChild(list); box.appendChild(pager);
    function show(text) {
      var xml = new DOMParser().parseFromString(text.trim(), 'text/xml');
      list.innerHTML = Array.from(xml.getElementsByTagName('record')).map(function (r) { return r.textContent; }).join('');
      var next = xml.getElementsByTagName('nextgroup')[0];
      pager.innerHTML = '<button type="button" class="first">首页</button>';
      pager.firstChild.onclick = function () { show(script.textContent); };
      if (next) {
        var link = next.textContent.match(/href="([^"]+)"/), button = document.createElement('button');
        button.type = 'button'; button.textContent = '下一页';
        button.onclick = function () { fetch(link[1]).then(function (r) { return r.text(); }).then(show); };
        pager.appendChild(button);
      }
    }
    show(script.textContent);
  });
});
