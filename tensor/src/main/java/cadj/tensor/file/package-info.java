/// Files that are written whole or not at all.
///
/// Read [AtomicFile] first. Imports nothing of cadj; what the files hold is their writers'
/// business.
@NullMarked
package cadj.tensor.file;

import org.jspecify.annotations.NullMarked;
