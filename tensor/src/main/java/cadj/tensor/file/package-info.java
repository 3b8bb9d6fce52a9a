/// Files that are written whole or not at all, mapped whole, their hashes, and their errors:
/// [FileFormatException] is what every reader throws.
///
/// Read [AtomicFile] first, then [MappedFile], [Sha256] and [FileFailure]. Imports nothing of cadj;
/// what the files hold is their writers' business.
@NullMarked
package cadj.tensor.file;

import org.jspecify.annotations.NullMarked;
