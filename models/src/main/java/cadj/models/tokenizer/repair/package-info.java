/// Repairs texts that went through the wrong hands, as the Python library ftfy does: mojibake, HTML
/// entities, ligatures, curly quotes, control characters. OpenAI's tokenizer does so first.
///
/// Read [TextRepair] first. Knows texts only.
@NullMarked
package cadj.models.tokenizer.repair;

import org.jspecify.annotations.NullMarked;
