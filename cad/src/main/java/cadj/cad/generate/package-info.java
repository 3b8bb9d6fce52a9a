/// Many pictures of many prompts: which are wanted, what they are called, how they are drawn, and
/// the text that each carries so that it can be drawn again.
///
/// Read [PicturePlan] first, then [Drawing]; [PromptFile] reads lists of prompts. May import
/// `cadj.cad.picture` and what stands to the left of cad. Options and words for the terminal belong
/// to `cadj.cad.cli`.
@NullMarked
package cadj.cad.generate;

import org.jspecify.annotations.NullMarked;
