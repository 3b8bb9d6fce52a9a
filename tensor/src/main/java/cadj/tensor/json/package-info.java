/// JSON files read strictly.
///
/// Read [JsonFile] first, then [JsonObject]. Imports `cadj.tensor.file` only. What the keys of a
/// particular file mean belongs to that file's reader.
@NullMarked
package cadj.tensor.json;

import org.jspecify.annotations.NullMarked;
