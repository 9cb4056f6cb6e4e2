// Click counters of the original system are left out.
var _vsb = {};
