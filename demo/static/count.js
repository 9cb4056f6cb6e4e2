// Counts visits on a real site; shows a dash here.
document.write("-");
