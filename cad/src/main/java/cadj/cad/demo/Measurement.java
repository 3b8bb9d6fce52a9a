package cadj.cad.demo;

/// One edit's effect.
///
/// @param seed of the attribution's noise
/// @param zeroed how many weights it zeroed
/// @param target share of the concept's pictures in which the classifier sees it, before and after
/// @param others the same for all other pictures and what they should show
record Measurement(
    long seed,
    double ratio,
    long zeroed,
    double targetBefore,
    double targetAfter,
    double othersBefore,
    double othersAfter) {}
