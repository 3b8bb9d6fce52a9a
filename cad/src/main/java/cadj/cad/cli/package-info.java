/// The command line: one file per command, read [cadj.cad.cli.Main] first.
///
/// May import everything of cad and what stands to its left. Here arguments become calls and
/// results become text; what is computed belongs to the other packages of cad.
@NullMarked
package cadj.cad.cli;

import org.jspecify.annotations.NullMarked;
