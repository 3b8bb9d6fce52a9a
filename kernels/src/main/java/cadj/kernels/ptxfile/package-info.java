/// Kernels of somebody's own: the entries of a PTX file, run with arguments given by type and
/// value.
///
/// Read `PtxFile` first, then `Argument`; `EntryRun` launches one on any driver, `Difference` says
/// where the results of two runs differ. Imports the PTX parser, the emulator and the device room.
@NullMarked
package cadj.kernels.ptxfile;

import org.jspecify.annotations.NullMarked;
