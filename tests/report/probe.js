/* SPDX-License-Identifier: Apache-2.0 */
/* Drives a copy of a report as a reader would; the verdict becomes its title. */
window.addEventListener('load', function () {
	'use strict';
	var bad = [], q = document.getElementById('q'), rows, box;

	function must(ok, what) {
		if (!ok)
			bad.push(what);
	}

	function all(sel, fn, root) {
		Array.prototype.forEach.call((root || document).querySelectorAll(sel), fn);
	}

	function shown(sel) {
		return document.querySelectorAll(sel + ':not([hidden])').length;
	}

	function search(text) {
		q.value = text;
		document.getElementById('find').dispatchEvent(new Event('submit', { cancelable: true }));
	}

	rows = shown('table.alerts tbody tr');
	must(rows > 3, 'alerts are listed');
	must(!document.getElementById('find').hidden, 'the search field shows');
	search('/etc/shadow');
	must(shown('table.alerts tbody tr') > 0 && shown('table.alerts tbody tr') < rows / 2,
		'search leaves the rows that match');
	must(/\d+ match/.test(document.getElementById('hits').textContent), 'hits are counted');
	search('no such text anywhere');
	must(shown('.f') === 0, 'search for nothing hides all');
	search('');
	must(shown('table.alerts tbody tr') === rows, 'an empty search shows all');
	box = document.querySelector('#pri input');
	box.checked = false;
	box.dispatchEvent(new Event('change', { bubbles: true }));
	must(shown('table.alerts tbody tr') < rows, 'a priority can be hidden');
	box.click();
	must(shown('table.alerts tbody tr') === rows, 'and shown again');
	document.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
	must(document.activeElement === q, 'the slash key goes to the search field');
	must(document.querySelectorAll('main, nav, header, footer').length === 4, 'landmarks');
	must(document.querySelectorAll('h1').length === 1, 'one h1');
	must(document.querySelectorAll('svg.time circle').length > 3, 'the timeline has dots');
	all('a[href^="#"]', function (a) {
		must(document.getElementById(a.getAttribute('href').slice(1)),
			'a link leads nowhere: ' + a.getAttribute('href'));
	});
	/* Heard instead of seen. */
	var level = 0;
	all('h1, h2, h3, h4, h5, h6', function (h) {
		var n = +h.tagName.charAt(1);
		must(n <= level + 1, 'a heading is skipped before: ' + h.textContent);
		must(h.textContent.trim(), 'a heading is empty');
		level = n;
	});
	all('table', function (t) {
		must(t.caption && t.caption.textContent.trim(), 'a table has no caption');
		all('th', function (th) {
			must(th.scope === 'col', 'a head of no column');
		}, t);
		must(t.parentElement.tabIndex === 0 && t.parentElement.getAttribute('aria-label'),
			'a table cannot be scrolled with the keys');
	});
	all('section', function (part) {
		must(document.getElementById(part.getAttribute('aria-labelledby')), 'a part without a name');
	});
	all('input', function (i) {
		must(i.labels.length === 1 || i.closest('label'), 'an input has no label');
	});
	all('a[href]', function (a) {
		must(a.textContent.trim(), 'a link says nothing: ' + a.getAttribute('href'));
	});
	must(document.documentElement.lang === 'en', 'the language is told');
	must(document.querySelector('nav[aria-label]') && document.querySelector('[role=search]'), 'named landmarks');
	must(document.getElementById('hits').getAttribute('aria-live') === 'polite', 'hits are announced');
	must(!document.querySelector('svg[role=img] a'), 'links are hidden in a picture');
	all('[tabindex]', function (el) {
		must(+el.getAttribute('tabindex') === 0, 'an order of its own: ' + el.outerHTML.slice(0, 60));
	});

	/* Without a mouse. */
	var skip = document.querySelector('a.skip'), sum = document.querySelector('details.proc:not([open]) > summary');
	skip.focus();
	must(document.activeElement === skip && skip.getBoundingClientRect().left >= 0, 'the skip link shows when focused');
	sum.focus();
	must(document.activeElement === sum, 'a process can be focused');
	sum.click();
	must(sum.parentElement.open, 'and opened');
	sum.click();
	q.focus();
	q.value = 'no such text';
	document.getElementById('find').dispatchEvent(new Event('submit', { cancelable: true }));
	document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
	must(shown('table.alerts tbody tr') === rows, 'Escape ends the search');

	/* Contrast of text, as WCAG counts it: at least 4.5. */
	function rgb(c) {
		return (c.match(/[\d.]+/g) || []).map(Number);
	}
	function lum(c) {
		var v = c.slice(0, 3).map(function (x) {
			x /= 255;
			return x <= 0.03928 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
		});
		return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
	}
	function behind(el) {
		for (; el; el = el.parentElement) {
			var c = rgb(getComputedStyle(el).backgroundColor);
			if (c.length === 3 || c[3] === 1)
				return c;
		}
		return [255, 255, 255];
	}
	var seen = {};
	all('p, dt, dd, td, th, a, code, .chip, .tag, .who, .end, .quiet, .kv, h1, h2, h3, summary, label, .card', function (el) {
		var c = rgb(getComputedStyle(el).color), b = behind(el), key = c + '/' + b, l, m;
		if (seen[key])
			return;
		seen[key] = true;
		l = lum(c) + 0.05;
		m = lum(b) + 0.05;
		must(Math.max(l, m) / Math.min(l, m) >= 4.5,
			'hard to read: ' + el.tagName + '.' + el.className + ' ' + c + ' on ' + b);
	});

	location.hash = document.querySelector('details.proc:not([open])').id;
	setTimeout(function () {
		must(document.getElementById(location.hash.slice(1)).open, 'a link opens its part');
		must(performance.getEntriesByType('resource').length === 0, 'nothing is fetched');
		must(document.documentElement.scrollWidth <= window.innerWidth,
			'no sideways scrolling: ' + document.documentElement.scrollWidth + ' in ' + window.innerWidth);
		document.title = bad.length ? 'PROBE BAD: ' + bad.join('; ') : 'PROBE GOOD';
		if (window.parent !== window)
			window.parent.postMessage(document.title + ' ' + window.innerWidth, '*');
	}, 200);
});
