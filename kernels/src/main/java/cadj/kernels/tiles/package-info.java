/// How a GPU's blocks of threads are laid over a matrix, shared by the rooms that reduce its rows
/// or columns.
///
/// Read [RowTeams] first, then [ColumnTiles]. `tiles.ptx` ([PtxTiles]) is what they are in kernels:
/// macros with which a thread finds its part and moves four elements at a time. May import
/// `cadj.kernels.device`; what is computed belongs to the rooms.
@NullMarked
package cadj.kernels.tiles;

import org.jspecify.annotations.NullMarked;
