//! Trace and analysis into a picture of plain data. Must not know scenes or the browser.
