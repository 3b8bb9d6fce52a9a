/// A ledger as a web page: tables with intervals, what was erased against what was kept, curves
/// over settings, predictions against the truth, pictures, and what differs from another ledger.
///
/// Read [Report] first. A [ReportCell] is a line of the ledger, a [Variant] a method with its
/// settings, a [Measure] what is read off a cell. Everything on the page follows from the ledger;
/// intervals are those of `statistics`.
@NullMarked
package cadj.cad.evaluate.report;

import org.jspecify.annotations.NullMarked;
