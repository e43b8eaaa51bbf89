"""The words everything else uses: releases, dates in force, the register, settings, messages, problems."""
