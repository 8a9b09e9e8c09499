// Applies the chosen colours before the first paint. Without a choice the page follows the system.
const theme = localStorage.getItem('memspike-theme');
if (theme) document.documentElement.dataset.theme = theme;
