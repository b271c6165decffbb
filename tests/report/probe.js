/* SPDX-License-Identifier: Apache-2.0 */
/* Drives a copy of a report as a reader would; the verdict becomes its title. */
window.addEventListener('load', function () {
	'use strict';
	var bad = [], q = document.getElementById('q'), rows, box;

	function must(ok, what) {
		if (!ok)
			bad.push(what);
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
	Array.prototype.forEach.call(document.querySelectorAll('a[href^="#"]'), function (a) {
		must(document.getElementById(a.getAttribute('href').slice(1)),
			'a link leads nowhere: ' + a.getAttribute('href'));
	});
	location.hash = document.querySelector('details.proc:not([open])').id;
	setTimeout(function () {
		must(document.getElementById(location.hash.slice(1)).open, 'a link opens its part');
		must(performance.getEntriesByType('resource').length === 0, 'nothing is fetched');
		must(document.documentElement.scrollWidth <= window.innerWidth, 'no sideways scrolling');
		document.title = bad.length ? 'PROBE BAD: ' + bad.join('; ') : 'PROBE GOOD';
	}, 200);
});
