/// What a file or a model folder is and holds, for people and for machines.
///
/// Read [Report] first. Charts belong to `cadj.cad.chart`; what the files mean, to the packages
/// that write them.
@NullMarked
package cadj.cad.inspect;

import org.jspecify.annotations.NullMarked;
