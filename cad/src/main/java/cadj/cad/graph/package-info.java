/// What `cadj graph` shows: the modules of a model's part as a tree with shapes and statistics of
/// weights, activations and gradients.
///
/// Read [Findings] first: it runs the part and holds what was found; [ModuleTree] is the tree,
/// [GraphText] and [GraphPage] show it. The graph of single operations is in `cadj.cad.graph.tape`,
/// which uses this package.
@NullMarked
package cadj.cad.graph;

import org.jspecify.annotations.NullMarked;
