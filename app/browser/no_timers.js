// Reports draw each chart once and at once: what ECharts would like to do later (animate, fade) never has to happen.
globalThis.setTimeout ??= () => 0;
globalThis.clearTimeout ??= () => {};
globalThis.requestAnimationFrame ??= () => 0;
globalThis.cancelAnimationFrame ??= () => {};
