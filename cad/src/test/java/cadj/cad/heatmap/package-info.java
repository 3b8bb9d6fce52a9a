/// Heat maps against PyTorch's, and against plain loops.
@NullMarked
package cadj.cad.heatmap;

import org.jspecify.annotations.NullMarked;
