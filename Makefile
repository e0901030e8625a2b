# make run    open the studio on the bundled clip, or on another: make run CLIP=dance.mp4
# make test   everything the tests need, then the tests
PYTHON ?= python3
CLIP ?= assets/clips/tfjs_pose_1.mp4
export PYTHON

.PHONY: run test
run:
	@$(PYTHON) packaging/environment.py run
	@packaging/run.sh "$(CLIP)"

test:
	@$(PYTHON) packaging/system_libraries.py test
	@$(PYTHON) packaging/environment.py test
	@.venv/bin/python -m pytest
