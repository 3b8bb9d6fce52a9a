package cadj.cad.method;

/// A prompt that asks for the concept, and what is to be drawn for it instead.
///
/// @param prompt such as "a sneaker in the style of photo"
/// @param instead the same without the concept, such as "photo", or ""
public record TargetPrompt(String prompt, String instead) {}
