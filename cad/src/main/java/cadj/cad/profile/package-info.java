/// What `cadj kernels profile` shows of a kernel: [ProfileText] in the terminal and as JSON,
/// [ProfilePage] as a web page.
///
/// What is counted, and how, is in [cadj.kernels.profiler], which hands over plain numbers. Imports
/// that and `cadj.cad.chart`. Read [ProfileText] first.
@NullMarked
package cadj.cad.profile;

import org.jspecify.annotations.NullMarked;
