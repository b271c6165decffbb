/* SPDX-License-Identifier: Apache-2.0 */
/* Search and filters.  The page reads well without: nothing is fetched, stored or sent. */
(function () {
	'use strict';
	var form = document.getElementById('find'), q = document.getElementById('q');
	var hits = document.getElementById('hits'), pri = document.getElementById('pri');
	var items = [], timer = 0, opened = [];

	function each(list, fn) {
		Array.prototype.forEach.call(list, fn);
	}

	function load() {
		each(document.querySelectorAll('.f'), function (el) {
			items.push({ el: el, text: el.textContent.toLowerCase(), p: el.dataset.p });
		});
	}

	function off() {
		var set = {};
		if (pri)
			each(pri.querySelectorAll('input'), function (box) {
				if (!box.checked)
					set[box.value] = true;
			});
		return set;
	}

	function apply() {
		var words = q.value.toLowerCase().split(/\s+/).filter(Boolean), hide = off(), n = 0;
		if (!items.length)
			load();
		items.forEach(function (it) {
			var show = !(it.p && hide[it.p]) && words.every(function (w) {
				return it.text.indexOf(w) >= 0;
			});
			it.el.hidden = !show;
			n += show;
		});
		hits.textContent = words.length ? n + (n === 1 ? ' match' : ' matches') : '';
	}

	function soon() {
		clearTimeout(timer);
		timer = setTimeout(apply, 120);
	}

	function reveal() {
		var el = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
		for (; el; el = el.parentElement) {
			if (el.tagName === 'DETAILS')
				el.open = true;
			el.hidden = false;
		}
	}

	form.hidden = false;
	if (pri) {
		pri.hidden = false;
		pri.addEventListener('change', apply);
	}
	form.addEventListener('submit', function (e) {
		e.preventDefault();
		apply();
	});
	q.addEventListener('input', soon);
	document.addEventListener('keydown', function (e) {
		if (e.key === '/' && document.activeElement !== q && !e.ctrlKey && !e.metaKey && !e.altKey) {
			e.preventDefault();
			q.focus();
		} else if (e.key === 'Escape' && document.activeElement === q) {
			q.value = '';
			apply();
		}
	});
	window.addEventListener('hashchange', reveal);
	window.addEventListener('beforeprint', function () {
		opened = [];
		each(document.querySelectorAll('details.proc:not([open]), details.rule:not([open])'), function (d) {
			opened.push(d);
			d.open = true;
		});
	});
	window.addEventListener('afterprint', function () {
		opened.forEach(function (d) {
			d.open = false;
		});
	});
	reveal();
}());
