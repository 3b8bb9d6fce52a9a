/// How a GPU's blocks of threads are laid over a matrix, shared by the rooms that reduce its rows
/// or columns.
///
/// Read [RowTeams] first, then [ColumnTiles]. May import `cadj.kernels.device`; the kernels
/// themselves belong to the rooms.
@NullMarked
package cadj.kernels.tiles;

import org.jspecify.annotations.NullMarked;
