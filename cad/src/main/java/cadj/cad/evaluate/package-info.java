/// Does it work? Edits by many methods, of many concepts, with several seeds, drawn and judged, and
/// written down so that anyone can count again.
///
/// Read [Protocol] first: what is drawn and asked; [ProtocolCheck] says beforehand whether it can
/// be. [Evaluation] runs its cells one by one ([CellRun], [EditedCell]), each a line of the
/// [Ledger], whose names are in [LedgerKeys]. What a method does is in `method`, what is seen in a
/// picture in `judge`.
@NullMarked
package cadj.cad.evaluate;

import org.jspecify.annotations.NullMarked;
